/// What a series does as tokens are added.
public enum RegimeLabel: String, Sendable, CaseIterable {
  /// The paper's regime of few tokens: the elasticity is near β/2.
  case sublinear
  /// The paper's regime of many tokens: the elasticity is near β.
  case linear
  /// From the sublinear to the linear regime, as the paper's law has it.
  case transition
  /// The elasticity grows by more than the paper's law allows.
  case accelerating
  /// The elasticity falls, and nothing says that growth comes to an end.
  case slowing
  /// The elasticity falls, and growth towards a bound fits better than growth without one.
  case saturating
  /// A constant score is not rejected.
  case flat
  /// The data do not say.
  case undetermined
}
