/// Minimisation of a function of one variable inside a bracket.
///
/// - Source: Brent, *Algorithms for Minimization without Derivatives*, 1973, chapter 5.
enum Valley {
  /// The bottom of a valley between two points around a lower one, by golden sections and parabolas.
  static func bottom(
    _ low: Double, _ middle: Double, _ high: Double, _ curve: (Double) -> Double
  ) -> (x: Double, value: Double) {
    var (a, b) = (low, high)
    var x = middle
    var value = curve(x)
    let golden = 0.3819660112501051
    var (w, wValue, v, vValue) = (x, value, x, value)
    var (step, before) = (0.0, 0.0)
    for _ in 0..<100 {
      let center = (a + b) / 2
      let tolerance = 1e-9
      if (x - center).magnitude <= 2 * tolerance - (b - a) / 2 { break }
      var isParabola = false
      if before.magnitude > tolerance {
        let r = (x - w) * (value - vValue)
        let q0 = (x - v) * (value - wValue)
        let p0 = (x - v) * q0 - (x - w) * r
        let q1 = 2 * (q0 - r)
        let (p, q) = q1 > 0 ? (-p0, q1) : (p0, -q1)
        if p.magnitude < (q * before / 2).magnitude, p > q * (a - x), p < q * (b - x) {
          before = step
          step = p / q
          isParabola = true
        }
      }
      if !isParabola {
        before = x < center ? b - x : a - x
        step = golden * before
      }
      let move = step.magnitude >= tolerance ? step : (step < 0 ? -tolerance : tolerance)
      let next = x + move
      let nextValue = curve(next)
      if nextValue <= value {
        if next < x { b = x } else { a = x }
        (v, vValue, w, wValue, x, value) = (w, wValue, x, value, next, nextValue)
      } else {
        if next < x { a = next } else { b = next }
        if nextValue <= wValue || w == x {
          (v, vValue, w, wValue) = (w, wValue, next, nextValue)
        } else if nextValue <= vValue || v == x || v == w {
          (v, vValue) = (next, nextValue)
        }
      }
    }
    return (x, value)
  }
}
