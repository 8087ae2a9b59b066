import Diagnostics
import MarketFormats
import MarketModel

/// The files of one `load`, and which symbol each of their series is.
struct LoadBatch {
  /// Files that are decided on together.
  struct Group {
    /// Each file with the symbol of every series in it; nil for those that were not asked for.
    var files: [(file: RawFile, names: [String?])]
    var span: SourceSpan
    /// True when the files hold one series between them.
    var isOneSeries: Bool
  }

  /// The symbol asked for.
  let symbol: String?
  var files: [(file: RawFile, span: SourceSpan)] = []
  var events: [(file: EventFile, span: SourceSpan)] = []

  init(symbol: String?) { self.symbol = symbol }

  /// Files of one symbol, dialect and interval in one group, in order of their first file.
  ///
  /// A file whose rows show no interval joins the first that does.
  ///
  /// - Throws: `no-symbol`, `unknown-symbol`, `several-symbols`.
  func groups(_ planner: LoadPlanner) throws(SessError) -> [Group] {
    var groups: [Group] = []
    var positions: [String: [(interval: Interval?, position: Int)]] = [:]
    let stated = Set(files.compactMap { $0.file.dialect.symbolName })
    for (file, span) in files {
      let names: [String?]
      do throws(SessError) {
        names = try self.names(of: file, stated)
      } catch {
        throw error.located(at: span)
      }
      guard names.contains(where: { $0 != nil }) else { continue }
      guard names.count == 1, let name = names[0] else {
        groups.append(Group(files: [(file, names)], span: span, isOneSeries: false))
        continue
      }
      let key = "\(name)\u{0}\(file.dialect.name)\u{0}\(file.isNaive)\u{0}\(file.isDateOnly)"
      let interval = planner.intervalShown(by: file)
      let known = positions[key, default: []]
      let match = known.firstIndex {
        $0.interval == interval || $0.interval == nil || interval == nil
      }
      if let match {
        groups[known[match].position].files.append((file, names))
        if known[match].interval == nil { positions[key]?[match].interval = interval }
      } else {
        positions[key, default: []].append((interval, groups.count))
        groups.append(Group(files: [(file, names)], span: span, isOneSeries: true))
      }
    }
    return groups
  }

  private func names(of file: RawFile, _ stated: Set<String>) throws(SessError) -> [String?] {
    if file.hasSymbolColumn { return try select(file) }
    guard let own = file.dialect.symbolName else {
      guard let symbol else { throw LoadBatch.noSymbol(file.source.name) }
      return file.series.map { _ in symbol }
    }
    guard let symbol, symbol != own else { return [own] }
    if stated.count == 1 { return [symbol] }
    guard stated.contains(symbol) else {
      throw SessError(
        "unknown-symbol", "no file is of \(symbol)",
        hint: "their symbols: " + stated.sorted().prefix(8).joined(separator: ", "))
    }
    return [nil]
  }

  /// The series of the symbol asked for among those a column names.
  private func select(_ file: RawFile) throws(SessError) -> [String?] {
    let held = file.series.map(\.symbol)
    guard let symbol else { return held }
    if Set(held).count == 1 { return held.map { _ in symbol } }
    guard held.contains(symbol) else {
      throw SessError(
        "unknown-symbol", "\(file.source.name) has no rows of \(symbol)",
        hint: "its symbols: " + held.prefix(8).compactMap { $0 }.joined(separator: ", "))
    }
    return held.map { $0 == symbol ? symbol : nil }
  }

  static func noSymbol(_ name: String) -> SessError {
    SessError(
      "no-symbol", "\(name) does not say which symbol its rows are",
      answers: ["--symbol \(guess(name))"])
  }

  /// The first word of a file's name, in capitals.
  private static func guess(_ path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    let word = name.prefix { $0.isLetter || $0.isNumber }
    return word.isEmpty ? "AAPL" : word.uppercased()
  }
}
