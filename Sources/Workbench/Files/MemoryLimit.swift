#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How much memory this process may use: what the machine, its container and its limits allow.
enum MemoryLimit {
  /// Bytes; the smallest of all limits that are set.
  static var bytes: Int {
    var limit = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
    #if canImport(Glibc)
      for resource in [
        __rlimit_resource_t(RLIMIT_AS.rawValue), __rlimit_resource_t(RLIMIT_DATA.rawValue),
      ] {
        var value = rlimit()
        if getrlimit(resource, &value) == 0, value.rlim_cur < rlim_t(Int.max) {
          limit = min(limit, Int(value.rlim_cur))
        }
      }
    #endif
    for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
      if let value = number(in: path) { limit = min(limit, value) }
    }
    return limit
  }

  private static func number(in path: String) -> Int? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 32)
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return nil }
    let digits = buffer.prefix(count).prefix { $0 >= 0x30 && $0 <= 0x39 }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}
