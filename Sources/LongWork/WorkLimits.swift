/// Bounds on what one request may take, whatever its input says: the one place where they are.
///
/// A bound is far above what people ask for and far below what harms a machine. What passes one is refused with a
/// diagnostic that names the bound and says how to ask for less.
public enum WorkLimits {
  // MARK: What is read

  /// Bytes of a document: a profile, a cost model, a policy, a file of results.
  public static let documentBytes = 8 << 20
  /// Bytes of a training or serving config.
  public static let configBytes = 16 << 20
  /// Bytes of a table of measurements.
  public static let tableBytes = 256 << 20

  // MARK: What is asked

  /// Benchmarks that a policy mixes, each of which may have a floor.
  public static let benchmarks = 250
  /// Cost models to choose from.
  public static let designs = 10_000
  /// Draws of the curves or laws that measurements allow.
  public static let draws = 100_000
  /// Draws × measurements that are fitted anew for each draw: some ten seconds.
  public static let drawnMeasurements = 2_000_000

  // MARK: What is searched and listed

  /// Candidates that searches without known pieces may look at for one answer: some three seconds.
  public static let branches = 1 << 24
  /// The same for each draw, beside ``branches``.
  public static let branchesPerDraw = 1 << 14
  /// Candidates of all lattices from which a whole front is taken.
  public static let frontCandidates = 100_000_000
  /// Candidates that a front lists: some 6 MB of text, 46 MB of JSON.
  public static let listedCandidates = 100_000
  /// Candidates that are compared in further measures.
  public static let measuredCandidates = 20_000
}
