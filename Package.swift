// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: Swift 6 mode, each warning an error, imports internal unless said otherwise.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// A Swift target with the settings above.
func layer(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one target, or of one rung of the test ladder.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

#if os(macOS)
  let libeditPkgConfig: String? = nil  // The SDK has the library; Homebrew's is keg-only.
#else
  let libeditPkgConfig: String? = "libedit"
#endif

let package = Package(
  name: "sess",
  platforms: [.macOS(.v15)],
  dependencies: [
    // The process's own flags, subcommands and shell completions; not the command language.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    // The one error type and its rendering with file, line and caret.
    layer("Diagnostics"),
    // The records: instants, intervals, bars in day chunks, gaps, quality, the session tree.
    layer("MarketModel", ["Diagnostics"]),
    // Trading days, session segments, expected slots, time zones.
    layer("MarketCalendar", ["MarketModel", "Diagnostics"]),
    // Pure functions, series in, series out: derive, gaps, quality, synthetic sessions.
    layer("SessionAnalytics", ["MarketModel", "MarketCalendar", "Diagnostics"]),
    // The only mutable thing: the store, its coordinator, processor, quality manager, change log.
    layer("SessionEngine", ["SessionAnalytics", "MarketModel", "MarketCalendar", "Diagnostics"]),
    // libarchive (gz, zip, zst, xz) behind dlopen, so that start-up does not pay for it.
    .target(name: "CArchive"),
    // Bytes to values and back, one file per format.
    layer("MarketFormats", ["CArchive", "MarketModel", "MarketCalendar", "Diagnostics"]),
    // Lexer, parser, expressions, the command table, help, completion.
    layer("CommandLanguage", ["MarketModel", "Diagnostics"]),
    // Output values and their renderers.
    layer("Presentation", ["MarketFormats", "MarketModel", "Diagnostics"]),
    // One executor a command; the only layer that opens files.
    layer(
      "Workbench",
      [
        "CommandLanguage", "SessionEngine", "SessionAnalytics", "MarketFormats", "MarketCalendar",
        "MarketModel", "Presentation", "Diagnostics",
      ]),
    // Scripts, transcripts and notebooks, and the reports of running them.
    layer(
      "ScriptRunner",
      [
        "Workbench", "CommandLanguage", "Presentation", "MarketFormats", "MarketModel",
        "Diagnostics",
      ]),
    // The system's libedit.
    .systemLibrary(
      name: "CLibedit", pkgConfig: libeditPkgConfig,
      providers: [.apt(["libedit-dev"]), .brew(["libedit"])]),
    // libedit without variadics, signals or stdio globals.
    .target(name: "CEdit", dependencies: ["CLibedit"]),
    // Line editing, history and completion for Swift.
    layer("LineEditor", ["CEdit"]),
    // Wiring, flags, exit codes.
    .executableTarget(
      name: "sess",
      dependencies: [
        "LineEditor",
        "ScriptRunner", "Workbench", "CommandLanguage", "MarketModel", "Presentation",
        "Diagnostics", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // What several test targets share.
    .target(
      name: "TestSupport",
      dependencies: [
        "Workbench", "ScriptRunner", "CommandLanguage", "Presentation", "MarketModel",
        "MarketCalendar", "Diagnostics",
      ], path: "Tests/TestSupport",
      swiftSettings: strict),
    tests("MarketModel", ["MarketModel"]),
    tests(
      "CommandLanguage",
      ["CommandLanguage", "MarketModel", "SessionAnalytics", "Diagnostics", "TestSupport"]),
    tests(
      "SessionEngine",
      ["SessionEngine", "MarketCalendar", "MarketModel", "Diagnostics", "TestSupport"]),
    tests(
      "MarketFormats",
      [
        "MarketFormats", "MarketCalendar", "MarketModel", "SessionAnalytics", "SessionEngine",
        "Workbench", "Diagnostics", "TestSupport",
      ]),
    tests("Presentation", ["Presentation", "MarketModel"]),
    tests("LineEditor", ["LineEditor", "TestSupport"]),
    // The program on a tmux screen; it depends on sess so that the program is built.
    tests("Terminal", ["sess", "TestSupport"]),
    // Layering, lengths, words, and that README says what is true.
    tests("Tidy", ["CommandLanguage", "Presentation", "Workbench", "TestSupport"]),
    tests(
      "Oracle", ["Diagnostics", "MarketModel", "SessionEngine", "Workbench", "TestSupport"],
      exclude: ["Expectations"]),
    tests(
      "Law",
      [
        "SessionEngine", "SessionAnalytics", "MarketCalendar", "MarketModel", "CommandLanguage",
        "Workbench", "Presentation", "Diagnostics", "TestSupport",
      ]),
    tests(
      "SessionAnalytics",
      ["SessionAnalytics", "MarketCalendar", "MarketModel", "Diagnostics", "TestSupport"],
      exclude: ["Expectations"]),
    tests(
      "MarketCalendar",
      ["MarketCalendar", "MarketModel", "SessionAnalytics", "Diagnostics", "TestSupport"],
      exclude: ["Expectations"]),
  ]
)
