/// How sure a test has to be.
public enum Significance {
  /// The probability of a wrong rejection that every test accepts, and of a value outside an interval.
  public static let level = 0.05
}
