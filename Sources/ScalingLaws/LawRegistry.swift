/// The laws with a formula that documents can name. A new law is one file, its test, and one line here.
public enum LawRegistry {
  /// Every law with a formula, in the order that messages list them.
  public static let all: [any ParametricLaw.Type] = [
    PowerLaw.self,
    RegimeLaw.self,
    SaturatingLaw.self,
    LogLinearLaw.self,
    LogisticLaw.self,
    BrokenPowerLaw.self,
    ConstantLaw.self,
  ]

  /// The law with an identifier; `nil` when there is none.
  public static func law(_ id: String) -> (any ParametricLaw.Type)? {
    all.first { $0.form.id == id }
  }
}
