/**
 * How papers look, in Typst. What they say comes in as JSON by `sys.inputs` and is never part of this text, so nothing that
 * somebody is called can be taken for an instruction.
 */
export const LAYOUT = `
#let paper = json(bytes(sys.inputs.at("content")))
#let look = json(bytes(sys.inputs.at("look")))

#let band = rgb(look.band)
#let ink = rgb("#1b1b1b")
#let quiet = rgb("#565c65")
#let hairline = 0.5pt + rgb("#a9aeb1")

#let tag = paper.language.split("-")
#let day = paper.issued.split("-").map(int)

#set document(
  title: paper.title,
  author: paper.sender,
  date: datetime(year: day.at(0), month: day.at(1), day: day.at(2)),
)
#set text(
  font: look.fonts,
  fallback: false,
  size: 10.5pt,
  fill: ink,
  lang: tag.first(),
  dir: if paper.direction == "rtl" { rtl } else { ltr },
)
#set par(leading: 0.68em, spacing: 1.05em, justify: false)
#set strong(delta: 0)

#let start-side = if paper.direction == "rtl" { "right" } else { "left" }
#let direction(name) = if name == "rtl" { rtl } else { ltr }
#let run(it) = {
  let shown = text(it.text)
  if "language" in it { shown = text(lang: it.language.split("-").first(), shown) }
  if "direction" in it { shown = text(dir: direction(it.direction), shown) }
  if "strong" in it { strong(delta: 300, shown) } else { shown }
}
#let runs(them) = them.map(run).join()
#let lines(them) = them.map(run).join(linebreak())

#let facts(them, width, label-size: 10.5pt) = terms(
  separator: none,
  tight: false,
  spacing: 0.62em,
  hanging-indent: width,
  ..them.map(fact => terms.item(
    box(width: width, inset: (right: 3mm), text(size: label-size, fill: quiet, fact.label)),
    runs(fact.value),
  )),
)

#let page-number() = context {
  let number = str(counter(page).get().first())
  let all = str(counter(page).final().first())
  paper.pageNumber.replace("{page}", number).replace("{pages}", all)
}

#set page(
  paper: look.paper,
  margin: (top: 18mm, bottom: 27mm, inside: 24mm, outside: 24mm),
  footer-descent: 7mm,
  footer: {
    set text(size: 8pt, fill: quiet)
    line(length: 100%, stroke: hairline)
    v(-0.55em)
    grid(
      columns: (1fr, auto),
      column-gutter: 8mm,
      paper.footer.map(it => text(it)).join(linebreak()),
      align(end, page-number()),
    )
  },
)

#show heading: set text(weight: 700, hyphenate: false)
#show heading.where(level: 1): set text(size: 20pt)
#show heading.where(level: 1): set par(leading: 0.45em)
#show heading.where(level: 1): set block(above: 0pt, below: 6.5mm)
#show heading.where(level: 2): set text(size: 12pt)
#show heading.where(level: 2): set block(above: 6.5mm, below: 3mm)
#show link: set text(fill: ink)
#set list(indent: 0pt, body-indent: 3mm, spacing: 0.75em, marker: text(fill: band)[•])
#set enum(indent: 0pt, body-indent: 3mm, spacing: 0.75em)

// The sender, as on a letterhead.
#block(below: 11mm, grid(
  columns: (auto, 1fr),
  column-gutter: 4mm,
  align: horizon,
  pdf.artifact(block(
    fill: band,
    radius: 1.2mm,
    inset: 2mm,
    image(bytes(look.logo), format: "svg", height: 9mm),
  )),
  text(size: 13pt, weight: 700, paper.sender),
))

// Who it is for, where the window of an envelope is, and beside that what it is about.
#block(below: 12mm, grid(
  columns: (1fr, 84mm),
  column-gutter: 8mm,
  lines(paper.recipient),
  facts(paper.facts, 34mm),
))

#heading(level: 1, paper.title)

#let draw(it) = {
  if it.is == "heading" {
    heading(level: 2, it.text)
  } else if it.is == "paragraph" {
    par(runs(it.runs))
  } else if it.is == "callout" {
    block(
      width: 100%,
      breakable: false,
      above: 5mm,
      below: 5mm,
      inset: ((start-side): 5mm, rest: 4mm),
      stroke: ((start-side): 1.2mm + band, rest: hairline),
      {
        block(below: 0.7em, strong(delta: 300, it.title))
        block(runs(it.runs))
      },
    )
  } else if it.is == "list" {
    let items = it.items.map(runs)
    if it.ordered { enum(..items) } else { list(..items) }
  } else if it.is == "facts" {
    block(above: 5mm, below: 5mm, facts(it.facts, 52mm))
  } else if it.is == "address" {
    block(breakable: false, {
      block(below: 0.65em, text(fill: quiet, it.label))
      lines(it.lines)
    })
  } else if it.is == "verification" {
    block(
      width: 100%,
      breakable: false,
      above: 9mm,
      inset: 4.5mm,
      stroke: hairline,
      radius: 1.2mm,
      grid(
        columns: (27mm, 1fr),
        column-gutter: 5mm,
        align: top,
        image(bytes(it.picture), format: "svg", width: 27mm, alt: it.alternative),
        {
          set text(size: 9.5pt)
          block(below: 0.7em, text(size: 10.5pt, strong(delta: 300, it.title)))
          par(it.text)
          link(it.url, text(dir: ltr, weight: 700, it.typed))
          facts(it.facts, 38mm, label-size: 9.5pt)
        },
      ),
    )
  } else {
    panic("a block of an unknown kind")
  }
}
#for it in paper.blocks { draw(it) }
`;
