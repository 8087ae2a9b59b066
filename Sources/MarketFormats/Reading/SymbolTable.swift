/// The symbols of a stretch of rows, numbered by their first row.
///
/// Rows of many symbols mostly come in the same order minute after minute, so the one that followed last time is
/// looked at first.
struct SymbolTable: Sendable {
  /// The names; nil for rows that name no symbol.
  private(set) var names: [String?] = []
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  private var successors: [Int] = []
  private var indices: [String?: Int] = [:]

  /// The number of a name, new or known.
  mutating func add(_ name: String?) -> Int {
    if let known = indices[name] { return known }
    indices[name] = names.count
    names.append(name)
    if let name { bytes.append(contentsOf: name.utf8) }
    ends.append(bytes.count)
    successors.append(names.count - 1)
    return names.count - 1
  }

  /// The number of a name that follows the rows of another.
  mutating func index(of text: UnsafeBufferPointer<UInt8>, after previous: Int) -> Int {
    let likely = successors[previous]
    if withText(likely, { $0.elementsEqual(text) }) { return likely }
    let index = add(String(decoding: text, as: UTF8.self))
    successors[previous] = index
    return index
  }

  /// Calls a body with the bytes of a name.
  @inline(__always)
  func withText<Result>(_ index: Int, _ body: (Slice<UnsafeBufferPointer<UInt8>>) -> Result)
    -> Result
  {
    let start = index > 0 ? ends[index - 1] : 0
    return bytes.withUnsafeBufferPointer { body($0[start..<ends[index]]) }
  }
}
