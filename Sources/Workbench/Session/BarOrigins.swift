import CommandLanguage
import Diagnostics
import MarketFormats
import MarketModel

/// Where bars stand in the files they were read from, found by reading those files again.
///
/// Nothing about it is kept while a session runs, so a bar costs no memory for it.
struct BarOrigins {
  struct Key: Hashable {
    var symbol: String
    var interval: Interval
  }

  private(set) var rows: [Key: [Int64: RowOrigin]] = [:]

  /// The row of a bar; nil where it came from no file, or the file is another by now.
  func row(_ reference: SeriesReference, _ start: Int64) -> RowOrigin? {
    rows[Key(symbol: reference.symbol.symbol, interval: reference.interval)]?[start]
  }

  mutating func add(_ found: [Int64: RowOrigin], _ key: Key) {
    rows[key, default: [:]].merge(found) { first, _ in first }
  }
}

extension Workbench {
  /// The symbols that one reading of some files tells about.
  private struct Reading {
    var recipe: LoadRecipe
    var keys: [BarOrigins.Key] = []
  }

  /// Finds the rows some received bars came from; each file is read once for all symbols.
  ///
  /// - Complexity: O(bytes of the files).
  func origins(of wanted: [(reference: SeriesReference, starts: [Int64])]) throws(SessError)
    -> BarOrigins
  {
    var bars: [BarOrigins.Key: [Int64: Bar]] = [:]
    var readings: [Reading] = []
    var positions: [String: Int] = [:]
    for (reference, starts) in wanted where !reference.record.derived {
      let key = BarOrigins.Key(symbol: reference.symbol.symbol, interval: reference.interval)
      for start in starts {
        let bar = reference.record.data.bar(at: Instant(nanoseconds: start))
        if let bar, bar.fill == nil { bars[key, default: [:]][start] = bar }
      }
      guard bars[key] != nil else { continue }
      for recipe in reference.symbol.metadata.recipes where Workbench.isReadable(recipe) {
        let words = "\(recipe.with("symbol", nil))"
        if let known = positions[words] {
          if !readings[known].keys.contains(key) { readings[known].keys.append(key) }
        } else {
          positions[words] = readings.count
          readings.append(Reading(recipe: recipe, keys: [key]))
        }
      }
    }
    var origins = BarOrigins()
    for reading in readings {
      try checkCancelled()
      let isShared = reading.keys.count > 1
      let all = isShared ? reading.recipe.with("symbol", nil) : reading.recipe
      if find(bars, reading.keys, by: all, &origins) || !isShared { continue }
      for key in reading.keys {
        _ = find(bars, [key], by: reading.recipe.with("symbol", key.symbol), &origins)
      }
    }
    return origins
  }

  /// Whether a load can be repeated: standard input is gone, and commands and queries are not run unasked.
  private static func isReadable(_ recipe: LoadRecipe) -> Bool {
    recipe.flags["command"] == nil && recipe.flags["query"] == nil && !recipe.paths.isEmpty
      && recipe.paths.allSatisfy { $0 != "-" && !DuckDB.reads($0) }
  }

  /// Reads files again and looks for bars in them; false where they cannot be read so.
  private func find(
    _ bars: [BarOrigins.Key: [Int64: Bar]], _ keys: [BarOrigins.Key], by recipe: LoadRecipe,
    _ origins: inout BarOrigins
  ) -> Bool {
    do throws(SessError) {
      guard let command = try loadCommand("\(recipe)") else { return false }
      let planner = LoadPlanner(catalog: catalog, choices: try choices(of: command))
      for group in try batch(of: command).groups(planner) {
        let shared = group.isOneSeries ? try planner.decide(group.files.map(\.file)) : nil
        for (file, names) in group.files {
          let decisions = if let shared { [shared] } else { try planner.decide(file) }
          for (index, name) in names.enumerated() {
            guard let name else { continue }
            let key = BarOrigins.Key(symbol: name, interval: decisions[index].interval)
            guard keys.contains(key), let wanted = bars[key] else { continue }
            origins.add(try file.origins(of: wanted, series: index, decisions[index]), key)
          }
        }
      }
      return true
    } catch {
      return false
    }
  }

  private func batch(of command: LoadCommand) throws(SessError) -> LoadBatch {
    var batch = LoadBatch(symbol: command.symbol)
    for (source, span) in try sources(of: command) {
      for content in try FileReader.read(source, options: readOptions(source, command)) {
        if case .bars(let file) = content { batch.files.append((file, span)) }
      }
    }
    return batch
  }

  /// A `load` line as a command; nil for other lines.
  private func loadCommand(_ line: String) throws(SessError) -> LoadCommand? {
    guard case .command(let typed)? = Parser.parseLine(line).statements.first?.kind else {
      return nil
    }
    let invocation = try CommandTable.resolve(typed) { (name, column) throws(SessError) in
      (try text(of: name, column: column), marks(of: name, column: column))
    }
    guard case .load(let command) = invocation.command else { return nil }
    return command
  }
}
