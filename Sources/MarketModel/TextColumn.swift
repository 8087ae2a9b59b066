/// A column of optional short texts of which few differ: each is kept once.
///
/// - Shape: empty until the first known text, then one code a row.
public struct TextColumn: Sendable {
  /// The texts in order of their first row.
  public private(set) var texts: [String] = []
  private var codes: [UInt32] = []
  private var known: [String: UInt32] = [:]

  /// Creates an empty column.
  public init() {}

  /// True while no row has a text.
  public var isEmpty: Bool { codes.isEmpty }

  /// The text of a row; nil where it is unknown.
  public subscript(index: Int) -> String? {
    guard index < codes.count, codes[index] > 0 else { return nil }
    return texts[Int(codes[index]) - 1]
  }

  /// Adds a row, `count` being the rows before it.
  public mutating func append(_ text: String?, count: Int) {
    if codes.isEmpty {
      guard text != nil else { return }
      codes = Array(repeating: 0, count: count)
    }
    codes.append(text.map { code(of: $0) } ?? 0)
  }

  /// Adds a row before another, `count` being how many there are.
  mutating func insert(_ text: String?, at index: Int, count: Int) {
    append(text, count: count)
    guard let code = codes.popLast() else { return }
    codes.insert(code, at: index)
  }

  private mutating func code(of text: String) -> UInt32 {
    if let code = known[text] { return code }
    texts.append(text)
    known[text] = UInt32(texts.count)
    return UInt32(texts.count)
  }

  /// Puts the rows into another order.
  mutating func reorder(_ order: [Int]) {
    guard !codes.isEmpty else { return }
    codes = order.map { codes[$0] }
  }

  /// Whether it fits a number of rows.
  func fits(_ count: Int) -> Bool { codes.isEmpty || codes.count == count }
}

extension TextColumn: Equatable {
  /// Equal when every row has the same text.
  public static func == (a: TextColumn, b: TextColumn) -> Bool {
    guard a.codes.count == b.codes.count else { return false }
    if a.texts == b.texts { return a.codes == b.codes }
    for index in a.codes.indices where a[index] != b[index] { return false }
    return true
  }
}
