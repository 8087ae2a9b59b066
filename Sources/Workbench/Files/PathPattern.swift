import Diagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finds the files a path with `*`, `?` and `[…]` names.
enum PathPattern {
  /// The matching paths in byte order.
  ///
  /// - Throws: `file-not-found` when nothing matches.
  static func expand(_ pattern: String) throws(SessError) -> [String] {
    var result = glob_t()
    defer { globfree(&result) }
    let code = glob(pattern, GLOB_NOSORT | GLOB_TILDE, nil, &result)
    guard code == 0, let entries = result.gl_pathv else {
      throw SessError("file-not-found", "no file matches \(pattern)")
    }
    var paths: [String] = []
    for index in 0..<Int(result.gl_pathc) {
      if let entry = entries[index] { paths.append(String(cString: entry)) }
    }
    return paths.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
  }

  /// Whether something has exactly this path.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0
  }

  /// Names in a folder that begin with a prefix, folders with a slash; for completion.
  static func entries(beginning prefix: String) -> [String] {
    let slash = prefix.lastIndex(of: "/")
    let folder = slash.map { String(prefix[...$0]) } ?? ""
    let start = slash.map { String(prefix[prefix.index(after: $0)...]) } ?? prefix
    guard let handle = opendir(folder.isEmpty ? "." : folder) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != "..", name.hasPrefix(start) else { continue }
      guard !name.hasPrefix(".") || start.hasPrefix(".") else { continue }
      names.append(folder + name + (isFolder(folder + name) ? "/" : ""))
    }
    return names.sorted()
  }

  /// Whether a path is a folder.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
