import Synchronization

/// A value several threads may read and change.
final class Shared<Value: Sendable>: Sendable {
  private let storage: Mutex<Value>

  init(_ value: Value) { storage = Mutex(value) }

  var value: Value {
    get { storage.withLock { $0 } }
    set { storage.withLock { $0 = newValue } }
  }

  func change<Result: Sendable>(_ body: @Sendable (inout Value) -> Result) -> Result {
    storage.withLock { body(&$0) }
  }
}
