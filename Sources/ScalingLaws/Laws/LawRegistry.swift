/// The laws with a formula. A new law is one file, its test, and one line here: in ``compared`` where every fit is to
/// weigh it, or in ``named`` where it is to be had by name and leaves existing answers as they are.
public enum LawRegistry {
  /// Every law that documents and options can name, in the order that messages list them.
  public static let all: [any ParametricLaw.Type] = compared + named

  /// The laws that are compared only where they are asked for by name.
  public static let named: [any ParametricLaw.Type] = [ConstantLaw.self]

  /// The laws that are compared where nothing else is asked for. A constant stands beside them only
  /// where a series says that it may (``LawComparison/ConstantStanding``).
  public static let compared: [any ParametricLaw.Type] = [
    PowerLaw.self,
    RegimeLaw.self,
    SaturatingLaw.self,
    LogLinearLaw.self,
    LogisticLaw.self,
    HillLaw.self,
    BrokenPowerLaw.self,
  ]

  /// The law with an identifier; `nil` when there is none.
  public static func law(_ id: String) -> (any ParametricLaw.Type)? {
    all.first { $0.form.id == id }
  }
}
