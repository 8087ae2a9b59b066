/// The defects the doctor knows, and what it needs to see each.
public enum Taxonomy {
  /// One kind of defect.
  public struct Entry: Sendable {
    /// The number: `D01`.
    public var id: String
    /// What it is.
    public var defect: String
    /// The gravest severity it is reported with.
    public var severity: String
    /// What the data must have for it to show.
    public var needs: String
  }

  /// All of them, by number.
  public static let entries: [Entry] = {
    var entries: [Entry] = []
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "|").map { field in
        String(field.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
      guard fields.count == 4 else { continue }
      entries.append(
        Entry(id: fields[0], defect: fields[1], severity: fields[2], needs: fields[3]))
    }
    return entries
  }()

  private static let text = """
    D01 | missing bars | warning | bars; trade counts, volumes and other symbols sharpen the verdict
    D02 | missing session | error | a loaded day on both sides
    D03 | cut-off head or tail | warning | bars; the row count tells a page limit
    D04 | duplicate rows, identical | warning | rows of a file or feed
    D05 | duplicate rows, conflicting | error | rows of a file or feed
    D06 | rows out of order | warning | a file; newest first throughout is an order, too
    D07 | open, high, low, close contradict | error | rows of a file or feed
    D08 | price of zero or less | error | bars; of futures it is information
    D09 | unreadable or empty figures | error | rows of a file or feed
    D10 | bad volume | error | rows of a file or feed
    D11 | no volume | warning | bars
    D12 | filler bars | info | bars with volumes
    D13 | stale price or feed | error | bars with volumes
    D14 | repeated stretch or day | error | bars
    D15 | spike or wick | warning | ten bars of a day
    D16 | split, unit or level jump | error | bars on both sides
    D17 | the hour that comes twice | error | wall clock times without an offset
    D18 | summer time | error | days on both sides of a change of the clocks
    D19 | clock or zone | error | twenty rows of a day and hours that end; around the clock a weekend
    D20 | label at the wrong end | error | nearly full days, or pre-market bars with volume
    D21 | bar at the close | info | bars
    D22 | closed hours, calendar suspect | warning | rows of a file; a break needs two days
    D23 | half day ignored | warning | an early close in the calendar
    D24 | half day unknown | warning | other symbols of the same calendar
    D25 | off the grid | warning | rows of a file or feed
    D26 | mixed intervals | error | twenty bars
    D27 | mixed epoch units | error | delimited text whose times are epoch numbers
    D28 | impossible time | error | rows of a file or feed
    D29 | unfinished last bar | info | data that ends within a session; when the file was written would decide it
    D30 | coarser bars contradict finer ones | warning | two received intervals of a symbol
    D31 | metrics contradict bars | error | a session whose metrics were edited; loading makes them anew
    D32 | sources contradict | warning | a second source: `reconcile`
    D33 | crossed or locked quotes | warning | quotes
    D34 | volume unit or outlier | warning | two days; outliers need five
    D35 | precision loss | info | bars
    D36 | revisions | info | a feed, or --on-duplicate replace
    D37 | thin derived bars | info | derived bars
    D38 | adjusted twice | warning | an `adjust`ed symbol
    """
}
