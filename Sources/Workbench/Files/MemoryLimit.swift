#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How much memory this process may still use: what the machine, its container and its limits leave.
enum MemoryLimit {
  /// Bytes; the smallest of all limits that are set, less what is used of each.
  static var available: Int {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    var available = Int(sysconf(Int32(_SC_PHYS_PAGES))) * page
    let used = numbers(in: "/proc/self/statm").map { $0 * page }
    if let free = line("MemAvailable", in: "/proc/meminfo") {
      available = min(available, free << 10)
    }
    let resident = used.count > 1 ? used[1] : 0
    for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
      if let limit = numbers(in: path).first { available = min(available, limit - resident) }
    }
    #if canImport(Glibc)
      // Each thread of the pool maps a stack, so a part of the address space is left alone.
      let mapped = (used.first ?? 0) + 32 << 20
      let data = (used.count > 5 ? used[5] : 0) + 32 << 20
      for (resource, used) in [(RLIMIT_AS, mapped), (RLIMIT_DATA, data)] {
        var value = rlimit()
        guard getrlimit(__rlimit_resource_t(resource.rawValue), &value) == 0,
          value.rlim_cur < rlim_t(Int.max)
        else { continue }
        available = min(available, Int(value.rlim_cur) - used)
      }
    #endif
    return max(0, available)
  }

  /// Gives memory that was used for a while, such as the columns of a file, back to the system.
  static func giveBack() {
    #if canImport(Glibc)
      // The C library's own function, which the overlay leaves out; other libraries have none.
      guard let symbol = dlsym(nil, "malloc_trim") else { return }
      let trim = unsafeBitCast(symbol, to: (@convention(c) (Int) -> Int32).self)
      _ = trim(0)
    #endif
  }

  /// The numbers at the beginning of a file, up to the first that is none.
  private static func numbers(in path: String) -> [Int] {
    var numbers: [Int] = []
    for word in text(of: path).split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      guard let number = Int(word) else { break }
      numbers.append(number)
    }
    return numbers
  }

  /// The number after a name and a colon.
  private static func line(_ name: String, in path: String) -> Int? {
    for line in text(of: path).split(separator: "\n") where line.hasPrefix(name + ":") {
      return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
    return nil
  }

  private static func text(of path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }
}
