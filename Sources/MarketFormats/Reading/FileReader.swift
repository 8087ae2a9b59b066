public import Diagnostics

/// Reads a file of any format, told by its first bytes and its name.
public enum FileReader {
  /// Reads a whole file into columns.
  ///
  /// - Throws: what the reader of its format throws.
  public static func read(_ source: any ByteSource, options: ReadOptions) throws(SessError)
    -> RawFile
  {
    try CSVReader.read(source, options: options)
  }
}
