/// A value that says nothing about whether two records are equal, such as a flag of the last change.
@propertyWrapper
public struct Untracked<Wrapped: Sendable>: Sendable, Equatable {
  /// The value.
  public var wrappedValue: Wrapped

  /// Wraps a value.
  public init(wrappedValue: Wrapped) { self.wrappedValue = wrappedValue }

  /// Always true.
  public static func == (a: Untracked, b: Untracked) -> Bool { true }
}
