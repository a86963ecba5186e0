/** The figures of the part on theory. */
"use strict";

(function ({ moving, descent }) {
  // Taylor: a circle, what the tangent plane promises at its rim, and what is.
  moving.kind("theory:circle", (figure) => {
    const { radius, centre } = figure.values;
    const { loss } = figure.losses;
    const gradient = loss.gradient(centre);
    const here = loss.value(centre);
    const length = Math.hypot(...gradient);
    const uphill = Math.atan2(gradient[1], gradient[0]);
    const turns = moving.grid([0, 360], 721);
    const at = (turn) => {
      const angle = uphill + (turn * Math.PI) / 180;
      return [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle)];
    };
    const rim = turns.map(at);
    const promised = radius * length;
    const changes = rim.map((place) => loss.value(place) - here);
    const shares = changes.map((change) => (promised ? change / promised : NaN));
    const low = shares.indexOf(Math.min(...shares));
    const drawn = rim.filter((_, i) => i % 4 === 0); // all are for the lowest: no eye needs so many
    figure.line("circle", drawn);
    figure.line("straight", promised ? [centre, rim[360]] : []);
    figure.line("lowest", promised ? [rim[low]] : []);
    figure.line("centre", [centre]);
    figure.line("shares", drawn.map((_, i) => [turns[4 * i], shares[4 * i]]));
    figure.line("dot", promised ? [[turns[low], shares[low]]] : []);
    figure.place("centre", centre);
    const actual = here - loss.value(at(180));
    const share = actual / promised;
    const outcome = !promised ? "level" : share > 0.9 ? "kept" : share > 0 ? "part" : "harm";
    const plane = promised ? "plane" : "";
    return { plane, promised: -promised, actual: -actual, outcome, turn: Math.round(turns[low]) };
  });

  // Limits: a run on a landscape with two wells, a pass and a plain, with noise drawn in Python.
  moving.kind("theory:landscape", (figure) => {
    const { start, steps, noise } = figure.values;
    const { places, shakes, rate } = figure.data;
    const { loss } = figure.losses;
    let step = 0;
    const noisy = {
      value: loss.value,
      gradient(w) {
        const shake = shakes[step++ % shakes.length];
        return loss.gradient(w).map((slope, i) => slope + noise * shake[i]);
      },
    };
    const run = descent.rules.gradientDescent(noisy, start, { learningRate: rate });
    const path = descent.walk(run, steps);
    const end = path[steps];
    figure.line("path", path);
    figure.line("end", [end]);
    figure.line("start", [start]);
    figure.place("start", start);
    const near = (name, reach) => Math.hypot(...end.map((value, i) => value - places[name][i])) < reach;
    const height = loss.value(end);
    const slope = Math.hypot(...loss.gradient(end));
    const outcome = near("deep well", 0.5) ? "deep" : near("shallow well", 0.5) ? "shallow"
      : near("pass", 0.15) ? (slope < 0.02 ? "pass" : "beside")
      : !figure.shows("map", end) ? "gone"
      : height > 1.9 && slope < 0.1 ? "plain" : "slope";
    return { steps, loss: height, slope, outcome };
  });
})(globalThis);
