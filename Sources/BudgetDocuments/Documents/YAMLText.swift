import SourceText

/// Whether a text can stand in a document without quotes: an id such as 1.5 would be read as a number,
/// and '-' as a list.
package func isPlainText(_ text: String) -> Bool {
  (text.first?.isLetter ?? false) && YAMLScalar(text: text, style: .plain).kind == .string
}

/// A text in double quotes, as documents are written.
package func quotedText(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): result += " "
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
