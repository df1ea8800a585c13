// A table that may have thousands of rows: only those in sight are elements, and they are changed in
// place. Sorted by its heads; the rows are gone through with the arrow keys.

import { html, keepChildren, setAttribute, setText } from "./dom.js";

const spareRows = 4; // beyond what is in sight, for quick scrolling
let tablesMade = 0;

/**
 * A column is { key, title, text(row), value(row), width, grows, isNumber, rank, tone(row) }:
 * `width` in pixels at least, `rank` 0 for those that are always there; those of the greatest rank
 * give way first where it gets narrow.
 */
export class DataTable {
  constructor({ label, columns, keyOf, hrefOf, toneOf, depthOf, none, sort, maxHeight, rowHeight = 34 }) {
    this.columns = columns;
    this.shown = columns;
    this.keyOf = keyOf;
    this.hrefOf = hrefOf ?? (() => null);
    this.toneOf = toneOf ?? (() => null);
    this.depthOf = depthOf ?? (() => 0);
    this.sort = sort ?? null;
    this.rowHeight = rowHeight;
    this.rows = [];
    this.activeKey = null;
    this.isTight = false;
    this.name = `table-${(tablesMade += 1)}`;

    this.head = html("div", { class: "grid-head", role: "row", "aria-rowindex": 1 });
    this.space = html("div", { class: "grid-space", role: "presentation" });
    this.body = html("div", { class: "grid-body", role: "rowgroup", tabindex: -1 }, this.space);
    if (maxHeight) this.body.style.maxHeight = maxHeight;
    this.isFree = !maxHeight; // as high as its rows
    this.none = html("p", { class: "grid-none", hidden: true }, none ?? "Nothing.");
    this.element = html(
      "div",
      {
        class: this.isFree ? "grid is-free" : "grid",
        role: "grid",
        tabindex: 0,
        "aria-label": label,
        "aria-readonly": "true",
        onkeydown: (event) => this.pressed(event),
        onclick: (event) => this.clicked(event),
      },
      this.head,
      this.body,
      this.none,
    );
    this.body.addEventListener("scroll", () => this.drawRows(), { passive: true });
    this.watch = new ResizeObserver(() => this.fitColumns());
    this.watch.observe(this.element);
    this.drawHead();
  }

  show(rows) {
    this.rows = this.sorted(rows);
    this.draw();
  }

  sorted(rows) {
    if (this.sort === null) return rows;
    const column = this.columns.find((each) => each.key === this.sort.key);
    if (column === undefined) return rows; // it is not there any more
    const sign = this.sort.descending ? -1 : 1;
    return rows
      .map((row, index) => ({ row, index, value: column.value(row) }))
      .sort((a, b) => sign * compare(a.value, b.value) || a.index - b.index)
      .map(({ row }) => row);
  }

  sortBy(column) {
    const isSame = this.sort?.key === column.key;
    this.sort = { key: column.key, descending: isSame ? !this.sort.descending : Boolean(column.isNumber) };
    this.rows = this.sorted(this.rows);
    this.body.scrollTop = 0;
    this.draw();
  }

  setColumns(columns) {
    if (columns.length === this.columns.length) return;
    this.columns = columns;
    this.shown = [];
    this.fitColumns();
  }

  /** Leaves out columns until the others have room. */
  fitColumns() {
    const room = this.element.clientWidth - 40;
    const ranks = [...new Set(this.columns.map((column) => column.rank ?? 0))].sort((a, b) => b - a);
    let shown = this.columns;
    const needed = () => shown.reduce((sum, column) => sum + column.width + 14, 0);
    for (const rank of ranks) {
      if (rank === 0 || needed() <= room) break;
      shown = shown.filter((column) => (column.rank ?? 0) < rank);
    }
    this.isTight = needed() > room;
    if (shown.length !== this.shown.length) {
      this.space.replaceChildren();
      this.space.keptChildren = new Map();
    }
    this.shown = shown;
    this.draw();
  }

  /** Where even those that are always there have too little room, each gets its part of it. */
  template() {
    const widthOf = ({ width, grows }) => {
      if (this.isTight) return `minmax(0, ${width}fr)`;
      return grows ? `minmax(${width}px, ${grows}fr)` : `${width}px`;
    };
    return this.shown.map(widthOf).join(" ");
  }

  draw() {
    const template = this.template();
    if (this.element.style.getPropertyValue("--columns") !== template)
      this.element.style.setProperty("--columns", template);
    this.drawHead();
    this.none.hidden = this.rows.length > 0;
    setAttribute(this.element, "aria-rowcount", this.rows.length + 1);
    setAttribute(this.element, "aria-colcount", this.columns.length);
    this.space.style.height = `${this.rows.length * this.rowHeight}px`;
    this.drawRows();
  }

  drawHead() {
    this.head.style.gridTemplateColumns = "var(--columns)";
    keepChildren(
      this.head,
      this.shown,
      (column) => column.key,
      (column) => this.makeHead(column),
      (head, column) => {
        if (!column.value) return;
        const direction = this.sort?.descending ? "descending" : "ascending";
        setAttribute(head, "aria-sort", this.sort?.key === column.key ? direction : "none");
      },
    );
  }

  makeHead(column) {
    const isNumber = column.isNumber ? "is-number" : null;
    const title = column.value
      ? html("button", { type: "button", title: column.hint, onclick: () => this.sortBy(column) }, column.title)
      : html("div", { class: "title", title: column.hint }, column.title);
    return html("div", { role: "columnheader", class: isNumber }, title);
  }

  drawRows() {
    const height = this.isFree ? Infinity : this.body.clientHeight;
    const first = Math.max(0, Math.floor(this.body.scrollTop / this.rowHeight) - spareRows);
    const last = Math.min(
      this.rows.length,
      Math.ceil((this.body.scrollTop + height) / this.rowHeight) + spareRows,
    );
    const inSight = [];
    for (let index = first; index < last; index += 1) inSight.push({ index, row: this.rows[index] });
    keepChildren(
      this.space,
      inSight,
      ({ row }) => this.keyOf(row),
      () => this.makeRow(),
      (element, { index, row }) => this.drawRow(element, index, row),
    );
    this.markActive();
  }

  makeRow() {
    const row = html("div", { class: "grid-row", role: "row" });
    row.style.gridTemplateColumns = "var(--columns)";
    row.style.height = `${this.rowHeight}px`;
    for (const column of this.shown)
      row.append(html("div", { role: "gridcell", class: column.isNumber ? "is-number" : null }));
    return row;
  }

  drawRow(element, index, row) {
    const key = this.keyOf(row);
    element.rowKey = key;
    element.style.transform = `translateY(${index * this.rowHeight}px)`;
    setAttribute(element, "id", `${this.name}-${key}`);
    setAttribute(element, "aria-rowindex", index + 2);
    setAttribute(element, "data-tone", this.toneOf(row));
    element.classList.toggle("opens", this.hrefOf(row) !== null);
    this.shown.forEach((column, place) => {
      const cell = element.children[place];
      const text = column.text(row);
      setText(cell, text);
      if (column.grows) setAttribute(cell, "title", text);
      if (column.tone) setAttribute(cell, "data-tone", column.tone(row));
      if (place === 0) setAttribute(cell, "data-depth", this.depthOf(row) || null);
    });
  }

  markActive() {
    for (const row of this.space.children) {
      const isActive = row.rowKey === this.activeKey;
      row.classList.toggle("is-active", isActive);
      setAttribute(row, "aria-selected", isActive ? "true" : "false");
    }
    const isThere = this.rows.some((row) => this.keyOf(row) === this.activeKey);
    setAttribute(this.element, "aria-activedescendant", isThere ? `${this.name}-${this.activeKey}` : null);
  }

  pressed(event) {
    if (event.target !== this.element && event.target !== this.body) return;
    const page = Math.max(1, Math.floor(this.body.clientHeight / this.rowHeight) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const now = this.rows.findIndex((row) => this.keyOf(row) === this.activeKey);
    if (event.key in steps && this.rows.length > 0) {
      const start = now < 0 && steps[event.key] > 0 ? -1 : Math.max(now, 0);
      this.goTo(Math.min(this.rows.length - 1, Math.max(0, start + steps[event.key])));
    } else if (event.key === "Enter" && now >= 0) {
      this.open(this.rows[now]);
    } else {
      return;
    }
    event.preventDefault();
  }

  goTo(index) {
    this.activeKey = this.keyOf(this.rows[index]);
    const top = index * this.rowHeight;
    if (top < this.body.scrollTop) this.body.scrollTop = top;
    const bottom = top + this.rowHeight;
    if (bottom > this.body.scrollTop + this.body.clientHeight)
      this.body.scrollTop = bottom - this.body.clientHeight;
    this.drawRows();
    if (this.isFree) this.space.querySelector(".is-active")?.scrollIntoView({ block: "nearest" });
  }

  clicked(event) {
    const element = event.target.closest(".grid-row");
    if (element === null) return;
    this.activeKey = element.rowKey;
    this.markActive();
    const row = this.rows.find((each) => this.keyOf(each) === element.rowKey);
    if (row) this.open(row);
  }

  open(row) {
    const href = this.hrefOf(row);
    if (href !== null) location.hash = href;
  }
}

function compare(a, b) {
  if (typeof a === "string" && typeof b === "string") return a.localeCompare(b, "en", { numeric: true });
  return (a ?? -Infinity) - (b ?? -Infinity) || 0;
}
