/// Ends the process where something does not hold that must: libFuzzer keeps the input.
public func expect(_ holds: Bool, _ message: @autoclosure () -> String) {
  if !holds { fatalError("property violated: \(message())") }
}
