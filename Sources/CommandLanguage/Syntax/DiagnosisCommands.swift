public import Diagnostics
public import MarketModel

/// What `doctor [ADDRESS…]` was asked to do.
public struct DoctorCommand: Sendable {
  /// The addresses and the limits.
  public var query: QueryCommand
  /// True when only the commands that mend are wanted.
  public var printsFix = false
  /// True when the defects themselves are wanted.
  public var listsDefects = false
  /// The mildest severity wanted: `info`, `warning` or `error`.
  public var severity = "info"
}

/// What `reconcile ADDRESS FILE|ADDRESS` was asked to do.
public struct ReconcileCommand: Sendable {
  /// The series that is compared.
  public var address: Address
  /// A file, or the address of another series.
  public var other: ExpandedWord
  /// How the file is read.
  public var load = LoadCommand()
  /// Differences up to so many per cent are none.
  public var tolerance = 0.0
  /// Which records are wanted.
  public var query: QueryCommand
  /// The address's place.
  public var span: SourceSpan
}

/// What `adjust SYMBOL` was asked to do.
public struct AdjustCommand: Sendable {
  /// The symbol.
  public var address: Address
  /// A split.
  public var split: Adjustment?
  /// A dividend and the first day without it.
  public var dividend: (amount: Double, date: CivilDate)?
  /// A file of factors.
  public var factors: ExpandedWord?
  /// True when the bars are to be seen as received.
  public var clears = false
  /// The symbol's place.
  public var span: SourceSpan

  /// True when it does more than list the adjustments.
  public var changes: Bool { clears || split != nil || dividend != nil || factors != nil }
}

/// What `why ADDRESS [TIME]` was asked to explain.
public struct WhyCommand: Sendable {
  /// The series; without an interval its base.
  public var address: Address
  /// The moment; nil explains the whole scope.
  public var time: ExpandedWord?
  /// The address's place.
  public var span: SourceSpan
}
