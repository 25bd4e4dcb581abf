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
#let is-rtl = paper.direction == "rtl"

// Each direction has its own first font, so that no word is put together of two: a reader would get its parts reversed.
// Without "ccmp" a letter with a dot below stays one letter for whoever copies it.
#let voices = (
  ltr: (dir: ltr, font: look.fonts.ltr, features: (ccmp: 0)),
  rtl: (dir: rtl, font: look.fonts.rtl, features: (:)),
)
#set text(
  fallback: false,
  size: 10.5pt,
  fill: ink,
  lang: tag.first(),
  ..voices.at(paper.direction),
)
// An address in Latin letters stays where all the rest begins.
#set align(if is-rtl { right } else { left })
#set par(leading: 0.68em, spacing: 1.05em, justify: false)
#set strong(delta: 0)

#let start-side = if is-rtl { "right" } else { "left" }
#let end-side = if is-rtl { "left" } else { "right" }
// A line of several words in one piece would be stored from its left end on: each word is a piece of its own, so that the
// words of right-to-left text are stored in the order in which they are read.
#let word-by-word(body) = {
  show regex("\\S*[\\p{Arabic}\\p{Hebrew}\\p{Syriac}\\p{Thaana}\\p{Nko}]\\S*"): it => box(it)
  body
}
#let voiced(direction, shown) = {
  set text(..voices.at(direction))
  if direction == "rtl" { word-by-word(shown) } else { shown }
}
// A short stretch of the other direction stands in a box: whoever copies it gets its letters alone, without marks of
// direction, and it is read as one.
#let foreign(direction, shown, length) = if direction == paper.direction {
  shown
} else if length <= 50 {
  box(voiced(direction, shown))
} else {
  text(..voices.at(direction), shown)
}
#let run(it) = {
  let shown = text(it.text)
  if "language" in it { shown = text(lang: it.language.split("-").first(), shown) }
  if "strong" in it { shown = strong(delta: 300, shown) }
  if "direction" in it { foreign(it.direction, shown, it.text.codepoints().len()) } else { shown }
}
#let runs(them) = them.map(run).join()
// A paragraph each, or whoever hears them would hear them as one.
#let lines(them) = for it in them {
  block(spacing: 0.68em, voiced(it.at("direction", default: paper.direction), par(text(it.text))))
}

// A label of several lines hangs from its first one, beside the first line of the value.
#let hanging(width, label) = context {
  let whole = box(width: width, inset: ((end-side): 3mm), label)
  box(baseline: measure(whole).height - measure(text("x")).height, whole)
}
#let facts(them, width, label-size: 10.5pt) = terms(
  separator: none,
  tight: false,
  spacing: 0.62em,
  hanging-indent: width,
  ..them.map(fact => terms.item(
    { set text(size: label-size, fill: quiet); hanging(width, fact.label) },
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
  margin: (top: 17mm, bottom: 25mm, x: 24mm),
  footer-descent: 6mm,
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

#show: body => if is-rtl { word-by-word(body) } else { body }

// The sender, as on a letterhead.
#block(below: 10mm, grid(
  columns: (auto, 1fr),
  column-gutter: 4mm,
  align: horizon,
  pdf.artifact(block(
    fill: band,
    radius: 1.2mm,
    inset: 2mm,
    image(bytes(look.logo), format: "svg", height: 9mm),
  )),
  par(text(size: 13pt, weight: 700, paper.sender)),
))

// Who it is for, where the window of an envelope is, and beside that what it is about.
#block(below: 11mm, grid(
  columns: (1fr, 92mm),
  column-gutter: 8mm,
  lines(paper.recipient),
  facts(paper.facts, 39mm),
))

#heading(level: 1, paper.title)

#let draw(it, next) = {
  if it.is == "heading" {
    heading(level: 2, it.text)
  } else if it.is == "paragraph" {
    // What stands before the check goes along to the next page, so that it is never alone there.
    block(sticky: next == "verification", par(runs(it.runs)))
  } else if it.is == "callout" {
    block(
      width: 100%,
      breakable: false,
      above: 5mm,
      below: 5mm,
      inset: ((start-side): 5mm, rest: 4mm),
      stroke: ((start-side): 1.2mm + band, rest: hairline),
      {
        block(below: 0.7em, par(text(size: 11.5pt, strong(delta: 300, it.title))))
        par(runs(it.runs))
      },
    )
  } else if it.is == "list" {
    let items = it.items.map(runs)
    if it.ordered { enum(..items) } else { list(..items) }
  } else if it.is == "facts" {
    block(above: 5mm, below: 5mm, facts(it.facts, 52mm))
  } else if it.is == "address" {
    block(breakable: false, {
      block(below: 0.65em, par(text(fill: quiet, it.label)))
      lines(it.lines)
    })
  } else if it.is == "verification" {
    block(
      width: 100%,
      breakable: false,
      above: 8mm,
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
          block(below: 0.7em, par(text(size: 10.5pt, strong(delta: 300, it.title))))
          par(it.text)
          par(link(it.url, foreign("ltr", text(weight: 700, it.typed), it.typed.codepoints().len())))
          facts(it.facts, 38mm, label-size: 9.5pt)
        },
      ),
    )
  } else {
    panic("a block of an unknown kind")
  }
}
#for (at, it) in paper.blocks.enumerate() {
  draw(it, paper.blocks.at(at + 1, default: (is: none)).is)
}
`;
