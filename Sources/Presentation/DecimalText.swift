import MarketFormats

/// Numbers for people, with so many decimals.
public enum DecimalText {
  /// A percentage with two decimals, rounded down, so that 100 means complete.
  public static func percent(_ percent: Double) -> String {
    fixed((percent * 100 + 1e-9).rounded(.down) / 100, 2)
  }

  /// A number with exactly so many decimals.
  public static func fixed(_ number: Double, _ decimals: Int) -> String {
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    let scaled = (number.magnitude * power).rounded()
    guard scaled < 9e15 else { return NumberText.string(number) }
    let digits = Int(scaled)
    let sign = number < 0 && digits > 0 ? "-" : ""
    let whole = digits / Int(power)
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let fraction = String(digits % Int(power))
    return "\(sign)\(whole)." + String(repeating: "0", count: decimals - fraction.count) + fraction
  }
}
