import TokenBudget

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension ModelCache {
  /// The cache that the process's environment names, where models are looked up by their names.
  static var ofEnvironment: ModelCache? {
    ModelCache { name in getenv(name).map { String(cString: $0) } }
  }
}
