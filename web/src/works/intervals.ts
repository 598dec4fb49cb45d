// Which operations of a machine meet a stretch of time: found by halving, not by looking at all.

/**
 * The intervals of many rows, each row in the order of its starts. Where a row's intervals do
 * overlap (a machine that is gone, a plan that is wrong), the furthest end so far is kept, so that
 * a long one which began before the others is still found.
 */
export class Intervals {
  /** The first place of each row in `order`; the row's end is the next row's beginning. */
  readonly first: Int32Array;
  /** Ids of intervals, row by row, by their starts. */
  readonly order: Int32Array;
  private readonly furthest: Float64Array;

  constructor(
    rows: number,
    readonly row: ArrayLike<number>,
    readonly start: ArrayLike<number>,
    readonly end: ArrayLike<number>,
  ) {
    const count = row.length;
    this.first = new Int32Array(rows + 1);
    for (let id = 0; id < count; id++) this.first[row[id]! + 1]!++;
    for (let at = 0; at < rows; at++) this.first[at + 1]! += this.first[at]!;
    const next = this.first.slice();
    this.order = new Int32Array(count);
    for (let id = 0; id < count; id++) this.order[next[row[id]!]!++] = id;
    this.furthest = new Float64Array(count);
    for (let at = 0; at < rows; at++) {
      const part = this.order.subarray(this.first[at]!, this.first[at + 1]!);
      part.sort((one, other) => start[one]! - start[other]! || one - other);
      let furthest = -Infinity;
      for (let place = 0; place < part.length; place++) {
        furthest = Math.max(furthest, end[part[place]!]!);
        this.furthest[this.first[at]! + place] = furthest;
      }
    }
  }

  /** The first place in a row whose interval, or one before it, ends after FROM. */
  begin(row: number, from: number): number {
    let low = this.first[row]!;
    let high = this.first[row + 1]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.furthest[middle]! > from) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Call somebody for every interval of a row that meets the time from FROM to UNTIL. */
  each(row: number, from: number, until: number, meet: (id: number) => void): void {
    const last = this.first[row + 1]!;
    for (let place = this.begin(row, from); place < last; place++) {
      const id = this.order[place]!;
      if (this.start[id]! >= until) return;
      if (this.end[id]! > from) meet(id);
    }
  }

  /** The interval of a row at an instant; of those that overlap the last that began; or -1. */
  at(row: number, instant: number): number {
    let found = -1;
    this.each(row, instant, instant + 1e-6, (id) => {
      found = id;
    });
    return found;
  }
}
