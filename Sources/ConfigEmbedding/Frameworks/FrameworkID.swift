/// What a framework is known by: one for its configs and its launch scripts.
///
/// Only ``Framework/all`` has ids, each made in its framework's file; ``Framework/named(_:)`` finds one by what a
/// person wrote. Elsewhere ids are compared as they are, never by their names.
public struct FrameworkID: Hashable, Sendable {
  /// How commands and reports spell it, in lower case.
  public let name: String

  init(_ name: String) { self.name = name }
}
