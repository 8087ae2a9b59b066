/// Shows where two texts differ, line by line.
enum LineDifference {
  /// Lines marked `-` for expected, `+` for actual, and a blank for common ones.
  ///
  /// - Complexity: O(expected × actual), for texts of at most a thousand lines; longer ones are shown whole.
  static func lines(_ expected: [String], _ actual: [String]) -> [String] {
    guard expected.count <= 1000, actual.count <= 1000 else {
      return expected.map { "- \($0)" } + actual.map { "+ \($0)" }
    }
    var result: [String] = []
    let difference = actual.difference(from: expected)
    var removed: Set<Int> = []
    var inserted: [Int: String] = [:]
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, let line, _): inserted[offset] = line
      }
    }
    var position = 0
    for (index, line) in expected.enumerated() {
      if removed.contains(index) {
        result.append("- \(line)")
        continue
      }
      while let added = inserted[position] {
        result.append("+ \(added)")
        position += 1
      }
      result.append("  \(line)")
      position += 1
    }
    while let added = inserted[position] {
      result.append("+ \(added)")
      position += 1
    }
    return result
  }
}
