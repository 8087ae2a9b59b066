import Diagnostics
import MarketModel

/// Commands that write files and read whole sessions back.
extension CommandSpec {
  static let export = CommandSpec(
    name: "export", summary: "write bars or the whole session to a file", group: .data,
    parameters: [
      .word("address", .address, "SYMBOL/INTERVAL; session for everything; delta; schema"),
      .word(
        "file", .path, "the file; its ending .csv, .json or .jsonl decides the format",
        required: false),
      .flag("keys", .presence, "write symbol and interval columns even for one series"),
      .flag("since", .count, "of a delta: the change number it goes on from; default 0"),
    ],
    discussion: """
      `export session FILE.json` holds every record and loads back to equal ones. \
      `export delta --since N` holds what has changed after change N, as edits that \
      `load --delta` applies; `export schema` is the JSON Schema of both. Without a file \
      the text goes to standard output. Files are written under a temporary name and \
      renamed.
      """,
    examples: [
      Example(input: "export ACME/5m $TMP/acme_5m.csv", note: "derived bars with their coverage"),
      Example(input: "export session $TMP/session.json", note: "everything"),
      Example(input: "export delta --since 3 $TMP/delta.json", note: "what came after change 3"),
    ],
    build: { (arguments) throws(SessError) in
      let span = arguments.span
      let word = try arguments.required("an address or session")
      let isBare = word.isQuoted.first == false
      if isBare, word.text == "delta" {
        let since = try arguments.count("since") ?? 0
        return .exportDelta(ExportDeltaCommand(since: since, file: arguments.next(), span: span))
      }
      if isBare, word.text == "schema" { return .exportSchema(arguments.next()) }
      var address = try Address(word)
      if address.symbol == nil { address = try arguments.address(word, []) }
      var export = ExportCommand(address: address, file: arguments.next(), span: span)
      if address.symbol != nil, address.fields.isEmpty { export.hasKeys = arguments.has("keys") }
      return .export(export)
    })

  static let save = CommandSpec(
    name: "save", summary: "keep the whole session in a file", group: .data,
    parameters: [
      .word("file", .path, "the file; .json is written plain, all others packed as .sess.zst")
    ],
    discussion: "The file holds the canonical export. `open` reads it back, `load` adds it.",
    examples: [Example(input: "save $TMP/monday", note: "writes monday.sess.zst")],
    build: { (arguments) throws(SessError) in .save(try arguments.required("a file")) })

  static let open = CommandSpec(
    name: "open", summary: "put a saved session in place of this one", group: .data,
    parameters: [.word("file", .path, "a file that save or export session wrote")],
    discussion: """
      Nothing changes unless the whole file can be read. `undo` brings back the session \
      that was replaced.
      """,
    examples: [Example(input: "open $TMP/monday", note: "reads monday.sess.zst")],
    build: { (arguments) throws(SessError) in .open(try arguments.required("a file")) })
}
