/// The difference of two texts in the unified format that `patch` reads.
package enum UnifiedDiff {
  /// Lines before and after a change that are shown with it.
  private static let context = 3

  /// The difference; empty when there is none.
  ///
  /// Line breaks are part of their lines, so that a change of line ending shows. The names appear as
  /// they are given.
  ///
  /// - Complexity: O(lines · changed lines).
  package static func between(
    _ old: SourceFile, _ new: SourceFile, oldName: String? = nil, newName: String? = nil
  ) -> String {
    guard old.bytes != new.bytes else { return "" }
    let (before, after) = (lines(of: old), lines(of: new))
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in after.difference(from: before) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var steps: [Step] = []
    var (i, j) = (0, 0)
    while i < before.count || j < after.count {
      if removed.contains(i), i < before.count {
        steps.append(Step(mark: "-", line: before[i], old: i, new: j))
        i += 1
      } else if added.contains(j), j < after.count {
        steps.append(Step(mark: "+", line: after[j], old: i, new: j))
        j += 1
      } else {
        steps.append(Step(mark: " ", line: before[i], old: i, new: j))
        i += 1
        j += 1
      }
    }
    var text = "--- \(oldName ?? old.name)\n+++ \(newName ?? new.name)\n"
    var index = 0
    while let first = steps[index...].firstIndex(where: { $0.mark != " " }) {
      // A hunk goes on while the next change is close enough for the contexts to touch.
      var last = first
      while let next = steps[(last + 1)...].firstIndex(where: { $0.mark != " " }),
        next - last <= 2 * context + 1
      {
        last = next
      }
      let hunk = steps[max(index, first - context)...min(steps.count - 1, last + context)]
      text += header(hunk)
      for step in hunk { text += step.text }
      index = hunk.endIndex
      if index >= steps.count { break }
    }
    return text
  }

  private struct Step {
    let mark: Character
    let line: [UInt8]
    let old: Int
    let new: Int

    var text: String {
      let isLast = line.last != 0x0A
      return String(mark) + String(decoding: line, as: UTF8.self)
        + (isLast ? "\n\\ No newline at end of file\n" : "")
    }
  }

  private static func header(_ hunk: ArraySlice<Step>) -> String {
    let first = hunk[hunk.startIndex]
    let old = hunk.count { $0.mark != "+" }
    let new = hunk.count { $0.mark != "-" }
    // Of no lines the number is that of the line before.
    return "@@ -\(range(first.old, old)) +\(range(first.new, new)) @@\n"
  }

  private static func range(_ start: Int, _ count: Int) -> String {
    let line = count == 0 ? start : start + 1
    return count == 1 ? "\(line)" : "\(line),\(count)"
  }

  private static func lines(of file: SourceFile) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var start = 0
    for (index, byte) in file.bytes.enumerated() where byte == 0x0A {
      lines.append(Array(file.bytes[start...index]))
      start = index + 1
    }
    if start < file.bytes.count { lines.append(Array(file.bytes[start...])) }
    return lines
  }
}
