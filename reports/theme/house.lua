-- A page goes in; it comes out with what both engines lack: spoken formulas for PDF/UA, notices
-- and tabs in every format, row headers in tables, a heading above the sources, and the current
-- page marked in the navigation.
-- `_quarto.yml` names this file under `filters:`, so Quarto and the embedded engine both run it.

local TARGET = FORMAT:match("^html") and "html" or FORMAT:match("^%a+")

local spoken = {} -- TeX command or sign -> how it is read aloud
local tab_groups = 0

local function text_of(value) return value and pandoc.utils.stringify(value) or "" end

local function typst_string(text)
  return '"' .. text:gsub('[\\"]', "\\%0") .. '"'
end

-- Metadata -----------------------------------------------------------------------------------

local function mark_current_page(meta)
  local current = text_of(meta["page-id"])
  for _, entry in ipairs(meta.nav or {}) do
    if text_of(entry.id) == current then entry.current = true end
  end
end

local function read_meta(meta)
  for key, value in pairs(meta["spoken-formulas"] or {}) do spoken[key] = text_of(value) end
  mark_current_page(meta)
  return meta
end

-- Formulas read aloud ------------------------------------------------------------------------

local speak

-- Signs go by their code in the metadata: Pandoc ignores keys that end in an underscore.
local function code_of(tex, position) return string.format("%x", tex:byte(position) or 0) end

-- One token from `position`: the words it stands for, and where the next begins.
local function speak_token(tex, position, whole)
  local name = tex:match("^\\(%a+)", position)
  local after = name and position + #name + 1
  if not name and tex:sub(position, position) == "\\" then
    name, after = "escaped-" .. code_of(tex, position + 1), position + 2
  end
  if not name then
    local word = tex:match("^%d[%d.]*", position) or tex:match("^%a", position)
    if word then return word, position + #word end
    name, after = "sign-" .. code_of(tex, position), position + 1
  end
  local words = spoken[name]
  if not words then
    error("no words for " .. tex:sub(position, after - 1) .. " in the formula " .. whole
      .. ': write [$…$]{alt="the formula in words"}')
  end
  local arguments = {}
  for number in words:gmatch("{(%w+)}") do
    after = tex:match("^%s*()", after)
    local group = tex:match("^%b{}", after)
    if group then
      local inner = group:sub(2, -2)
      arguments[number] = number == "text" and inner or speak(inner, whole)
      after = after + #group
    else
      arguments[number], after = speak_token(tex, after, whole)
    end
  end
  return (words:gsub("{(%w+)}", arguments)), after
end

function speak(tex, whole)
  local said, position = {}, 1
  while position <= #tex do
    local group = tex:match("^%b{}", position)
    if tex:match("^%s", position) then
      position = position + 1
    elseif group then
      said[#said + 1] = speak(group:sub(2, -2), whole)
      position = position + #group
    else
      local words
      words, position = speak_token(tex, position, whole)
      if words ~= "" then said[#said + 1] = words end
    end
  end
  return table.concat(said, " ")
end

local function typst_formula(math, alternative)
  local written = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ math }) }), "typst")
  local block = math.mathtype == "DisplayMath" and "true" or "false"
  return pandoc.RawInline("typst", string.format("#math.equation(alt: %s, block: %s, %s)",
    typst_string(alternative), block, (written:gsub("%s+$", ""))))
end

local function formula_with_own_words(span)
  local math = span.content[1]
  local alternative = span.attributes.alt
  if not alternative or #span.content ~= 1 or math.t ~= "Math" then return nil end
  if TARGET == "typst" then return typst_formula(math, alternative), false end
  return math, false
end

local function formula(math)
  if TARGET ~= "typst" then return nil end
  return typst_formula(math, speak(math.text, math.text))
end

-- Quotation marks ----------------------------------------------------------------------------

-- Pandoc writes a curled mark for Typst as a straight one, and Typst guesses which was meant:
-- wrongly after a question mark or a digit. As raw text a mark stays what it is.
local CURLED = { ["‘"] = true, ["’"] = true, ["“"] = true, ["”"] = true }

local function keep_curled(str)
  if not str.text:find("\226\128[\152\153\156\157]") then return nil end
  local pieces, plain = pandoc.Inlines({}), ""
  for _, code in utf8.codes(str.text) do
    local sign = utf8.char(code)
    if CURLED[sign] then
      if plain ~= "" then pieces:insert(pandoc.Str(plain)) end
      pieces:insert(pandoc.RawInline("typst", sign))
      plain = ""
    else
      plain = plain .. sign
    end
  end
  if plain ~= "" then pieces:insert(pandoc.Str(plain)) end
  return pieces
end

-- Notices and tabs ---------------------------------------------------------------------------

local function typst_box(content, setting)
  local blocks = pandoc.Blocks({ pandoc.RawBlock("typst", "#block(" .. setting .. ")[") })
  blocks:extend(content)
  blocks:insert(pandoc.RawBlock("typst", "]"))
  return blocks
end

local function notice(div)
  if TARGET == "typst" then
    return typst_box(div.content,
      'width: 100%, inset: 8pt, fill: rgb("#eef3f7"), stroke: (left: 2.5pt + rgb("#0b4f7d"))')
  elseif TARGET == "docx" then
    div.attributes["custom-style"] = "Notice"
  else
    div.attributes.role = "note"
  end
  return div
end

-- What is said beneath a table, in small print.
local function table_notes(div)
  if TARGET == "typst" then
    local blocks = typst_box(div.content, "below: 1.6em")
    blocks[1].text = blocks[1].text .. '#set text(size: 8pt, fill: rgb("#52606d"), hyphenate: false)\n'
      .. "#set par(leading: 0.6em, spacing: 0.7em)"
    return blocks
  elseif TARGET == "docx" then
    div.attributes["custom-style"] = "Table Notes"
  end
  return div
end

local function html_tab(tab, title, group, is_first)
  local opening = string.format('<details class="tab" name="tabs-%d"%s><summary>', group,
    is_first and " open" or "")
  local blocks = pandoc.Blocks({
    pandoc.RawBlock("html", opening),
    pandoc.Plain({ pandoc.Str(title) }),
    pandoc.RawBlock("html", "</summary>"),
  })
  blocks:extend(tab.content)
  blocks:insert(pandoc.RawBlock("html", "</details>"))
  return blocks
end

local function paper_tab_title(title)
  local heading = pandoc.Blocks({ pandoc.Para({ pandoc.Strong({ pandoc.Str(title) }) }) })
  return TARGET == "typst" and typst_box(heading, "sticky: true") or heading
end

local function tabs(div)
  tab_groups = tab_groups + 1
  local blocks = pandoc.Blocks({})
  local is_first = true
  for _, tab in ipairs(div.content) do
    local title = tab.t == "Div" and tab.attributes.title
    if not title then error('a .tabs Div holds only {.tab title="…"} Divs') end
    if TARGET == "html" then
      blocks:extend(html_tab(tab, title, tab_groups, is_first))
    else
      -- On paper every tab is shown, one below the other.
      blocks:extend(paper_tab_title(title))
      blocks:extend(tab.content)
    end
    is_first = false
  end
  div.content = blocks
  return div
end

local function style_div(div)
  if div.classes:includes("notice") then return notice(div) end
  if div.classes:includes("table-notes") then return table_notes(div) end
  if div.classes:includes("tabs") then return tabs(div) end
  return nil
end

-- What leads to a table or a formula -----------------------------------------------------------

local FEW = 500 -- letters between a heading and its table that go along to the table's page

local function holds_table(block)
  if block.t == "Table" then return true end
  local has = false
  if block.t == "Div" and not block.classes:find_if(function(class)
    return class:match("^content%-") ~= nil
  end) then
    -- Only Quarto has a Div here: it holds a table with a `#tbl-` name.
    block:walk({ Table = function() has = true end })
  end
  return has
end

-- The last of the paragraphs from `start` on that lead to a table. Nil where they lead elsewhere.
local function last_lead(blocks, start)
  local letters, index = 0, start
  while blocks[index] and blocks[index].t == "Para" do
    letters = letters + utf8.len(text_of(blocks[index]))
    index = index + 1
  end
  return blocks[index] and holds_table(blocks[index]) and letters <= FEW and index - 1 or nil
end

local function is_formula(block)
  local inline = block and block.t == "Para" and #block.content == 1 and block.content[1]
  if inline and inline.t == "Span" and #inline.content == 1 then inline = inline.content[1] end
  return inline and inline.t == "Math" and inline.mathtype == "DisplayMath"
end

local function keep_with_next(paragraph)
  if TARGET == "typst" then return typst_box({ paragraph }, "sticky: true, spacing: 1.1em") end
  return { pandoc.Div({ paragraph }, pandoc.Attr("", {}, { ["custom-style"] = "Table Lead" })) }
end

-- A heading stays with what follows it: so that a page does not end in a heading and a hint, or in
-- the words before a formula, these go along too.
local function keep_leads(blocks)
  if TARGET == "html" then return nil end
  local kept, last = pandoc.Blocks({}), 0
  for index, block in ipairs(blocks) do
    if block.t == "Header" then last = last_lead(blocks, index + 1) or 0 end
    local leads = index <= last or is_formula(blocks[index + 1])
    if block.t == "Para" and leads and not is_formula(block) then
      kept:extend(keep_with_next(block))
    else
      kept:insert(block)
    end
  end
  return kept
end

-- Tables -------------------------------------------------------------------------------------

-- All widths are in ems of the table's text, after the advance widths of Inter.
local LINE = 54.6 -- across a page of paper
local ROOM = 1.1 -- between two columns
local LITTLE = 4.0 -- a lack for which no cell is broken
local BOLD = 1.03 -- how much wider the header is
local OTHER, CAPITAL, DIGIT = 0.6, 0.72, 0.65
local EMS = {} -- code of a letter -> its width, where that is not OTHER or CAPITAL
for letters, ems in pairs({
  ["ijlI ',.:;!‘’"] = 0.28, ["tfr()[]/|"] = 0.37, ["-–"] = 0.48, ["acksvxyz"] = 0.56,
  ["mw"] = 0.87, ["MW%@"] = 0.97, ["0123456789"] = DIGIT,
}) do
  for _, code in utf8.codes(letters) do EMS[code] = ems end
end

local function width_of(text, is_header)
  local width = 0
  for _, code in utf8.codes(text) do
    local is_capital = code >= 65 and code <= 90
    width = width + (EMS[code] or (is_capital and CAPITAL or OTHER))
  end
  return width * (is_header and BOLD or 1) + ROOM
end

local function widen(widths, column, width) widths[column] = math.max(widths[column], width) end

-- For each column, with room between columns: its longest word, its longest cell, and its longest
-- cell with the header counted, which may wrap.
local function measure_columns(tbl)
  local words, cells, whole = {}, {}, {}
  for _, widths in ipairs({ words, cells, whole }) do
    for column = 1, #tbl.colspecs do widths[column] = ROOM end
  end
  local function measure_row(row, is_header)
    local column = 1
    for _, cell in ipairs(row.cells) do
      local text = pandoc.utils.stringify(cell.contents)
      if cell.col_span == 1 then
        widen(whole, column, width_of(text, is_header))
        if not is_header then widen(cells, column, width_of(text)) end
        for word in text:gmatch("[^ ]+") do widen(words, column, width_of(word, is_header)) end
      end
      column = column + cell.col_span
    end
  end
  for _, row in ipairs(tbl.head.rows) do measure_row(row, true) end
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do measure_row(row, false) end
  end
  return words, cells, whole
end

local function total(widths)
  local sum = 0
  for _, width in ipairs(widths) do sum = sum + width end
  return sum
end

-- Widths in which each cell of the length in `goals` takes about as many `lines`: never less than
-- `widths`, and all of it in the columns that are `kept` whole.
local function break_over(lines, widths, goals, kept)
  local broken = {}
  for column, goal in ipairs(goals) do
    broken[column] = math.max(widths[column], kept[column] and goal or goal / lines)
  end
  return broken
end

-- Widths grown towards `goals` as far as the line goes.
local function grow(widths, goals, line, kept)
  local few, many = 1, 64
  for _ = 1, 20 do
    local lines = (few + many) / 2
    if total(break_over(lines, widths, goals, kept)) > line then few = lines else many = lines end
  end
  local grown = break_over(many, widths, goals, kept)
  local used, wanted = total(widths), total(grown)
  if wanted <= line then return grown end
  for column, width in ipairs(widths) do
    grown[column] = width + (grown[column] - width) * (line - used) / (wanted - used)
  end
  return grown
end

-- The fractions of the line that the columns get: the cells come first, whole where they are
-- numbers or little is lacking, as of a date, then the header. Nil where everything fits as it is.
local function share_line(tbl)
  local words, cells, whole = measure_columns(tbl)
  if total(whole) <= LINE then return nil end
  local line, kept = math.max(LINE, total(words)), {}
  for column, spec in ipairs(tbl.colspecs) do
    kept[column] = spec[1] == "AlignRight" or cells[column] - words[column] <= LITTLE
  end
  local fractions = {}
  for column, width in ipairs(grow(grow(words, cells, line, kept), whole, line, {})) do
    fractions[column] = width / line
  end
  return fractions
end

-- Pandoc fixes the widths of a pipe table with a long line by its dashes: here the text decides,
-- on paper by this sharing out, on the web by the browser.
local function settle_widths(tbl)
  local fractions = TARGET ~= "html" and share_line(tbl) or {}
  local specs = {}
  for column, spec in ipairs(tbl.colspecs) do specs[column] = { spec[1], fractions[column] } end
  tbl.colspecs = specs
end

-- Attributes that Quarto left as text at the end of a caption, for it turns off Pandoc's own
-- reading of them: the caption without them, and the attributes.
local function split_caption(inlines)
  local start
  for index, inline in ipairs(inlines) do
    if inline.t == "Str" and inline.text:match("^{") then start = index end
  end
  if not start then return inlines, pandoc.Attr() end
  local tail = pandoc.utils.stringify(pandoc.Inlines({ table.unpack(inlines, start) }))
  local text = tail:match("^{.*}$") and tail:gsub("“", '"'):gsub("”", '"')
  local read = text and pandoc.read("# a " .. text, "markdown").blocks[1]
  if not read or #read.content > 1 then return inlines, pandoc.Attr() end
  local rest = pandoc.Inlines({ table.unpack(inlines, 1, start - 1) })
  if #rest > 0 and rest[#rest].t == "Space" then rest:remove() end
  return rest, read.attr
end

local function take_caption_attributes(tbl)
  local last = tbl.caption.long[#tbl.caption.long]
  if not last then return end
  local rest, attributes = split_caption(last.content)
  -- Quarto takes every brace at the end for attributes of its own: a joiner nobody sees ends it.
  if pandoc.utils.stringify(rest):match("}$") then rest:insert(pandoc.Str("\u{2060}")) end
  tbl.caption.long[#tbl.caption.long] = pandoc.Plain(rest)
  tbl.classes:extend(attributes.classes)
  for key, value in pairs(attributes.attributes) do tbl.attributes[key] = value end
end

-- Only Quarto has these: a table with a `#tbl-` name, whose attributes went to the float around it.
local function give_float_attributes_to_its_table(float)
  local rows = float.attributes["row-headers"]
  local none = float.classes:includes("no-row-names")
  if not rows and not none then return nil end
  float.attributes["row-headers"] = nil
  float.classes = float.classes:filter(function(class) return class ~= "no-row-names" end)
  float.content = pandoc.Blocks(float.content):walk({
    Table = function(tbl)
      tbl.attributes["row-headers"] = rows
      if none then tbl.classes:insert("no-row-names") end
      return tbl
    end,
  })
  return float
end

-- Pandoc's Markdown cannot say which columns name the rows: the caption does, and unless it says
-- otherwise, in a report the first one does.
local function name_rows(tbl)
  local columns = tonumber(tbl.attributes["row-headers"] or "1")
  if tbl.classes:includes("no-row-names") then columns = 0 end
  tbl.attributes["row-headers"] = nil
  for _, body in ipairs(tbl.bodies) do
    if body.row_head_columns == 0 then body.row_head_columns = columns end
  end
end

-- In Typst Quarto drops the caption of a table without a name, and Pandoc numbers it.
local function keep_typst_caption(tbl)
  local caption = pandoc.utils.blocks_to_inlines(tbl.caption.long)
  if #caption == 0 or tbl.identifier:match("^tbl%-") then return tbl end
  tbl.caption = { long = {} }
  return pandoc.Blocks({
    pandoc.RawBlock("typst", '#figure(kind: "unnumbered-table", supplement: none, numbering: none,'
      .. " caption: figure.caption(position: top, ["),
    pandoc.Plain(caption),
    pandoc.RawBlock("typst", "]))["),
    tbl,
    pandoc.RawBlock("typst", "]"),
  })
end

local function settle_table(tbl)
  take_caption_attributes(tbl)
  settle_widths(tbl)
  name_rows(tbl)
  if TARGET == "typst" then return keep_typst_caption(tbl) end
  if TARGET ~= "html" then return tbl end
  -- On a narrow screen a table scrolls, with the keyboard too.
  return pandoc.Div({ tbl }, pandoc.Attr("", { "scroll" }, { tabindex = "0" }))
end

-- Images -------------------------------------------------------------------------------------

-- Pandoc's Word writer knows no `fig-alt`; it speaks the text within the brackets.
local function give_word_its_alternative(image)
  local alternative = TARGET == "docx" and image.attributes["fig-alt"]
  if not alternative then return nil end
  image.caption = { pandoc.Str(alternative) }
  image.attributes["fig-alt"] = nil
  return image
end

-- Sources ------------------------------------------------------------------------------------

-- Pandoc puts its heading above the sources at level 1, whatever the page begins with.
local function head_sources(document)
  local cites, has_place, top = false, false, 6
  document.blocks:walk({
    Cite = function(cite)
      for _, citation in ipairs(cite.citations) do
        local kind = citation.id:match("^(%a+)%-.")
        cites = cites or not (kind == "fig" or kind == "tbl" or kind == "sec")
      end
    end,
    Div = function(div) has_place = has_place or div.identifier == "refs" end,
    Header = function(header) top = math.min(top, header.level) end,
  })
  local title = document.meta.words and text_of(document.meta.words.sources) or ""
  if not cites or has_place or title == "" or not document.meta.bibliography then return nil end
  local heading = pandoc.Header(math.min(top, 2), title, pandoc.Attr("sources", { "unnumbered" }))
  document.blocks:insert(heading)
  document.blocks:insert(pandoc.Div({}, pandoc.Attr("refs")))
  return document
end

return {
  { Meta = read_meta, Pandoc = head_sources },
  { Blocks = keep_leads },
  { traverse = "topdown", Span = formula_with_own_words, Math = formula },
  { FloatRefTarget = give_float_attributes_to_its_table },
  { Div = style_div, Table = settle_table, Image = give_word_its_alternative,
    Str = TARGET == "typst" and keep_curled or nil },
}
