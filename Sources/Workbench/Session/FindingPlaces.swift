import Diagnostics
import MarketCalendar
import MarketFormats
import MarketModel
import SessionAnalytics

/// The files and lines of what the doctor found.
extension Workbench {
  /// Adds the row of each bar that is a finding's place, and of the bar before each one that is missing.
  func findRows(
    _ diagnoses: inout [(reference: SeriesReference, finding: Finding)]
  ) throws(SessError) {
    var wanted: [(reference: SeriesReference, starts: [Int64])] = []
    for (reference, finding) in diagnoses where !reference.symbol.metadata.recipes.isEmpty {
      let starts = finding.places.compactMap { rowStart($0, finding, reference)?.start }
      if !starts.isEmpty { wanted.append((reference, starts)) }
    }
    guard !wanted.isEmpty else { return }
    let origins = try origins(of: wanted)
    for position in diagnoses.indices {
      let (reference, finding) = diagnoses[position]
      for (index, place) in finding.places.enumerated() {
        guard let (start, isAfter) = rowStart(place, finding, reference),
          let row = origins.row(reference, start)
        else { continue }
        diagnoses[position].finding.places[index].file = row.file
        diagnoses[position].finding.places[index].line = row.line
        diagnoses[position].finding.places[index].isAfter = isAfter
      }
    }
  }

  /// The bar whose row shows a place; nil where the row is known or nothing but an instant can be said.
  private func rowStart(
    _ place: Finding.Place, _ finding: Finding, _ reference: SeriesReference
  ) -> (start: Int64, isAfter: Bool)? {
    guard let start = place.start?.nanoseconds, place.file == nil else { return nil }
    let series = reference.record.data
    guard let position = series.chunkIndex(startingBy: start) else { return nil }
    let chunk = series.chunks[position]
    let index = chunk.lowerBound(start)
    if index < chunk.count, chunk.starts[index] == start { return (start, false) }
    guard ["D01", "D02", "D03"].contains(finding.id), index > 0 else { return nil }
    return (chunk.starts[index - 1], true)
  }

  /// Why a finding's places name no file, in a word or two; nil where they do, or where it goes without saying.
  func unread(_ finding: Finding, _ reference: SeriesReference) -> String? {
    guard !finding.places.contains(where: { $0.file != nil }) else { return nil }
    let isBar = finding.places.contains { place in
      place.start.map { reference.record.data.bar(at: $0) != nil } ?? false
    }
    guard isBar else { return nil }
    if reference.record.derived { return nil }
    let metadata = reference.symbol.metadata
    return metadata.recipes.isEmpty
      ? "not from a file: \(metadata.addedBy)" : "not in the files that were loaded"
  }
}
