/// Percentages and other figures for people.
enum Percent {
  /// Two decimals, rounded down, so that 100 means complete.
  static func text(_ percent: Double) -> String {
    fixed((percent * 100 + 1e-9).rounded(.down) / 100, 2)
  }

  /// A number with exactly so many decimals.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    let scaled = (value.magnitude * power).rounded()
    guard scaled < 9e15 else { return "\(value)" }
    let digits = String(Int(scaled))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return (value < 0 ? "-" : "") + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }
}
