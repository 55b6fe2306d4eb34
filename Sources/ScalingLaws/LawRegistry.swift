/// The laws that documents can name. A new law is one file, its test, and one line here.
public enum LawRegistry {
  /// Every law, in the order that messages list them.
  public static let all: [any ScoreLaw.Type] = [
    PowerLaw.self,
    RegimeLaw.self,
    SaturatingLaw.self,
    LogLinearLaw.self,
    ConstantLaw.self,
  ]

  /// The law with an identifier; `nil` when there is none.
  public static func law(_ id: String) -> (any ScoreLaw.Type)? {
    all.first { $0.form.id == id }
  }
}
