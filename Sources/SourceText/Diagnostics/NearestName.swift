/// The name among `candidates` that a writer most likely meant by `name`.
///
/// Distance is the number of insertions, deletions, replacements and swaps of neighbours (optimal
/// string alignment), letters compared without case, hyphens and underscores alike.
///
/// - Parameters:
///   - name: What was written.
///   - candidates: What is known.
/// - Returns: The nearest candidate, when a third of its letters or fewer differ (one always may);
///   ties go to the one listed first.
/// - Complexity: O(candidates · length²); names longer than 64 scalars have no nearest one.
package func nearestName(to name: String, among candidates: [String]) -> String? {
  let written = folded(name)
  guard !written.isEmpty, written.count <= 64 else { return nil }
  var best: (distance: Int, candidate: String)?
  for candidate in candidates {
    let known = folded(candidate)
    // The least of something is never meant for the most of it.
    if isOpposite(written, known) { continue }
    let distance = alignmentDistance(written, known)
    guard distance <= max(1, max(written.count, known.count) / 3) else { continue }
    if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
  }
  return best?.candidate
}

private func isOpposite(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Bool {
  let prefixes = ["min", "max"].map { Array($0.unicodeScalars) }
  return first.starts(with: prefixes[0]) && second.starts(with: prefixes[1])
    || first.starts(with: prefixes[1]) && second.starts(with: prefixes[0])
}

private func folded(_ name: String) -> [Unicode.Scalar] {
  name.lowercased().unicodeScalars.map { $0 == "-" || $0 == " " ? "_" : $0 }
}

private func alignmentDistance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
  guard !first.isEmpty, !second.isEmpty else { return max(first.count, second.count) }
  var beforeLast: [Int] = []
  var last = Array(0...second.count)
  for row in 1...first.count {
    var current = [row]
    for column in 1...second.count {
      let replace = last[column - 1] + (first[row - 1] == second[column - 1] ? 0 : 1)
      var cost = min(replace, last[column] + 1, current[column - 1] + 1)
      if row > 1, column > 1, first[row - 1] == second[column - 2],
        first[row - 2] == second[column - 1]
      {
        cost = min(cost, beforeLast[column - 2] + 1)
      }
      current.append(cost)
    }
    beforeLast = last
    last = current
  }
  return last[second.count]
}
