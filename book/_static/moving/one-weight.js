/** The figures of the part on one weight. */
"use strict";

(function ({ moving, descent }) {
  const { leastSquares } = descent.losses;

  /** What one factor for every step does to a distance; as it is shown. @param {number} factor */
  function regime(factor) {
    if (!factor) return "once";
    if (factor === -1) return "never";
    if (factor > 0) return factor > 0.9 ? "crawling" : "sliding";
    return factor > -1 ? "bouncing" : "diverging";
  }

  /** Which of two errors is lower. @param {number} one @param {number} other */
  const compare = (one, other) => (Math.abs(one - other) < 1e-9 ? 0 : Math.sign(one - other));

  // Hot and cold: a game against the machine, which takes three looks for every nudge.
  moving.kind("one-weight:game", (figure) => {
    const { goals, start, nudge, nudges, looks } = figure.data;
    const { kept, values } = figure;
    const { clock } = values;
    // Another clock than when it was last drawn, with the same turns: that is another game.
    const another = kept.clock && kept.clock !== clock && kept.turns === values.turns;
    const turns = another ? "" : values.turns.split(".").slice(0, looks - 1).join(".");
    values.turns = turns;
    Object.assign(kept, { clock, turns });
    const loss = leastSquares([[1]], [goals[clock]]);
    let count = 0;
    /** @type {string[]} */
    const moves = turns ? turns.split(".") : [];
    const weights = [start, ...moves.map((name) => start + nudge * (count += nudges[name]))];
    const errors = weights.map((w) => loss.value([w]));
    const machine = descent.trace(descent.rules.hotAndCold(loss, [start], { stepSize: nudge }), loss, looks).losses;
    /** @param {number} look */
    const known = (look) => machine[Math.floor((look - 1) / 3)];
    figure.line("machine", moving.grid([1, looks], looks).map((look) => [look, known(look)]));
    figure.line("you", errors.map((error, i) => [i + 1, error]));
    const look = errors.length;
    const error = errors[look - 1];
    figure.text("name", "you", [look + 0.9, error + 0.2]);
    const standing = error < 1e-9 ? "won" : look === looks ? "over" : ["ahead", "level", "behind"][1 + compare(error, known(look))];
    return {
      looks: look, weight: weights[look - 1], error, machine: known(look),
      needs: 1 + 3 * machine.findIndex((one) => one < 1e-9),
      verdict: look < 2 ? "begin" : ["warmer", "same", "colder"][1 + compare(error, errors[look - 2])],
      outcome: look < 2 ? "" : standing,
    };
  });

  // Slope: the straight line that touches the bowl where the reader stands.
  moving.kind("one-weight:tangent", (figure) => {
    const { weight } = figure.values;
    const { input, goal, reach } = figure.data;
    const { error } = figure.losses;
    const height = error.value([weight]);
    const [slope] = error.gradient([weight]);
    const half = reach / Math.hypot(1, slope / 2);
    figure.line("tangent", [-half, half].map((away) => [weight + away, height + slope * away]));
    figure.line("dot", [[weight, height]]);
    const level = Math.abs(slope) < 0.005;
    const side = slope < 0 ? 0.08 : level ? -0.04 : -0.48;
    const words = `${slope > 0 ? "+" : ""}${moving.number(slope, ".2f")}`;
    figure.text("slope", level ? "0" : words, [weight + side, Math.max(height + 0.03, 0.1)]); // above "goal"
    figure.place("weight", [weight, height]);
    const delta = weight * input - goal;
    return {
      weight, delta, slope, product: delta * input,
      outcome: level ? "level" : slope < 0 ? "right" : "left",
    };
  });

  // Alpha: a walk on the bowl, and its distance from the goal, step by step.
  moving.kind("one-weight:factor", (figure) => {
    const { alpha, input, start } = figure.values;
    const { goal, steps, span } = figure.data;
    const loss = leastSquares([[input]], [goal], { half: true });
    const run = descent.rules.gradientDescent(loss, [start], { learningRate: alpha });
    const { parameters, losses } = descent.trace(run, loss, steps);
    const best = goal / input;
    figure.line("bowl", moving.grid(span).map((w) => [w, loss.value([w])]));
    figure.line("walk", parameters.map(([w], k) => [w, losses[k]]));
    figure.line("goal", [[best, 0]]);
    figure.line("start", [[start, losses[0]]]);
    figure.line("distance", parameters.map(([w], k) => [k, w - best]));
    figure.place("start", [start, losses[0]]);
    const factor = Number((1 - alpha * input ** 2).toFixed(4));
    const there = Math.abs(start - best) < 1e-9;
    return { factor, border: 2 / input ** 2, alpha, input, regime: there ? "there" : regime(factor) };
  });
})(globalThis);
