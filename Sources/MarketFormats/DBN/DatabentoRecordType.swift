import MarketModel

extension Interval {
  /// The bar length of Databento's record types: 32 for a second up to 35 and 36 for a day.
  init?(recordType: Int) {
    let units: [Int: Interval.Unit] = [32: .second, 33: .minute, 34: .hour, 35: .day, 36: .day]
    guard let unit = units[recordType] else { return nil }
    self.init(count: 1, unit: unit)
  }
}
