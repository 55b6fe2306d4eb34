import SourceText

extension ParameterSpelling {
  /// Parameters as options: `--vision-tokens 576`.
  ///
  /// An option has its parameter's name in kebab case. What is no option by itself stands in `others`.
  static let options = ParameterSpelling { parameter, value in
    let option =
      others[parameter.name]
      ?? "--" + parameter.name.split(separator: "_").joined(separator: "-")
    return value.map { "\(option) \($0)" } ?? option
  }

  /// The parameters that are no options, by what gives them.
  static let others = [
    "advice_as_json": "token-budget advise … --format json > advice.json",
    "advise": "'token-budget advise'", "embed": "'token-budget embed'", "fit": "'token-budget fit'",
  ]
}
