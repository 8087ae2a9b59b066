import Diagnostics
import Foundation
import MarketCalendar
import MarketFormats
import MarketModel
import SessionAnalytics
import TestSupport
import Testing

/// Every sample of the transcripts, with its bytes.
private let samples: [(name: String, bytes: [UInt8])] = {
  let folder = TestEnvironment.package.appending(path: "Tests/Transcripts/data")
  var found: [(name: String, bytes: [UInt8])] = []
  guard let files = FileManager.default.enumerator(atPath: folder.path) else { return found }
  for case let name as String in files {
    guard !name.hasPrefix("json/"), !name.hasPrefix("dbn/"),
      let bytes = FileManager.default.contents(atPath: folder.path + "/" + name)
    else {
      continue
    }
    found.append((name, [UInt8](bytes)))
  }
  return found.sorted { $0.name < $1.name }
}()

struct DialectFuzzTests {
  /// Reads, decides and places, whatever comes; every row must be a bar or a rejected row.
  private func load(_ name: String, _ bytes: [UInt8]) throws {
    var sources = [MemorySource(name: name, bytes: bytes)]
    if Decompression.recognizes(Array(bytes.prefix(512))) {
      sources = try Decompression.unpack(sources[0], memoryLimit: 64 << 20)
    }
    for source in sources {
      for case .bars(let file) in try FileReader.read(source, options: ReadOptions()) {
        try place(file, name)
      }
    }
  }

  private func place(_ file: RawFile, _ name: String) throws {
    var choices = LoadChoices()
    choices.zone = try TestZones.database.zone(named: "America/New_York")
    choices.calendar = try TestZones.catalog.calendar(named: "24/7")
    choices.label = .start
    let decisions = try LoadPlanner(catalog: TestZones.catalog, choices: choices).decide(file)
    var count = 0
    for series in try file.place(decisions, policy: .keep) {
      #expect(series.series.brokenInvariant() == nil, "\(name)")
      count += series.series.count + series.rejected.count
    }
    #expect(file.rowCount == count, "\(name)")
  }

  private func mutated(_ clean: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var bytes = clean
    for _ in 0...random.below(6) where !bytes.isEmpty {
      let index = random.below(bytes.count)
      switch random.below(6) {
      case 0: bytes[index] = UInt8(random.below(256))
      case 1: bytes.remove(at: index)
      case 2: bytes.insert(Array(",;\t\n\"/.-: 09<".utf8)[random.below(13)], at: index)
      case 3: bytes.removeSubrange(index..<min(bytes.count, index + random.below(40)))
      case 4:
        let end = min(bytes.count, index + random.below(60))
        bytes.insert(contentsOf: bytes[index..<end], at: random.below(bytes.count))
      default: bytes[index] = Array("0123456789".utf8)[random.below(10)]
      }
    }
    return bytes
  }

  @Test(arguments: TestEnvironment.seeds)
  func `a sample changed at random gives bars, rejected rows or an error`(seed: UInt64) throws {
    try #require(samples.count > 40)
    var random = SeededRandom(seed: seed)
    for sample in samples {
      for _ in 0..<25 {
        do {
          try load(sample.name, mutated(sample.bytes, &random))
        } catch {
          #expect(error is SessError, "seed \(seed): \(sample.name)")
        }
      }
    }
  }
}
