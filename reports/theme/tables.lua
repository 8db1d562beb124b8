-- A page goes in; its tables come out with columns as wide as their text asks, the columns named
-- that head the rows, and captions that both engines show alike.
-- `_quarto.yml` names this file under `filters:` after `house.lua`.

local TARGET = FORMAT:match("^html") and "html" or FORMAT:match("^%a+")

-- Widths -------------------------------------------------------------------------------------

-- All widths are in ems of the table's text, after the advance widths of Inter.
local LINE = 54.6 -- across a page of paper
local SLACK = 1.1 -- where there is room in Word, which may set a wider font
local ROOM = 1.1 -- between two columns
local LITTLE = 4.0 -- a lack for which no cell is broken
local BOLD = 1.03 -- how much wider the header is
local OTHER, CAPITAL, DIGIT = 0.6, 0.72, 0.65
local EMS = {} -- code of a letter -> its width, where that is not OTHER or CAPITAL
for letters, ems in pairs({
  ["ijlI ',.:;!‘’\u{a0}"] = 0.28, ["\u{2060}"] = 0, ["tfr()[]/|"] = 0.37, ["-–"] = 0.48,
  ["acksvxyz"] = 0.56,
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
        for word in text:gmatch("[^ -]+-?") do widen(words, column, width_of(word, is_header)) end
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
  if wanted <= math.max(line, used) then return grown end
  for column, width in ipairs(widths) do
    grown[column] = width + (grown[column] - width) * (line - used) / (wanted - used)
  end
  return grown
end

-- The fractions of the line that the columns get: the cells come first, whole where they are
-- numbers or little is lacking, as of a date, then the header. None where everything fits as it is,
-- but in Word, which would make all columns equal.
local function share_line(tbl)
  local words, cells, whole = measure_columns(tbl)
  local line, kept, widths = math.max(LINE, total(words)), {}, whole
  if total(whole) <= LINE then
    if TARGET ~= "docx" then return {} end
    line = math.max(LINE / SLACK, total(whole))
  else
    for column, spec in ipairs(tbl.colspecs) do
      kept[column] = spec[1] == "AlignRight" or cells[column] - words[column] <= LITTLE
    end
    widths = grow(grow(words, cells, line, kept), whole, line, {})
  end
  local fractions = {}
  for column, width in ipairs(widths) do fractions[column] = width / line end
  return fractions
end

-- Pandoc fixes the widths of a pipe table with a long line by its dashes: here the text decides,
-- on paper by this sharing out, on the web by the browser.
local function settle_widths(tbl)
  local fractions = TARGET == "html" and {} or share_line(tbl)
  local specs = {}
  for column, spec in ipairs(tbl.colspecs) do specs[column] = { spec[1], fractions[column] } end
  tbl.colspecs = specs
end

-- Captions and row headers --------------------------------------------------------------------

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

local FEW_ROWS = 8 -- a table of so many stays on one page of the PDF
local LAST_ROWS = 3 -- of a longer one so many end it together

-- Typst breaks a table between any two rows, but never within its foot.
local function end_together(tbl)
  local body = tbl.bodies[#tbl.bodies]
  if TARGET ~= "typst" or #tbl.foot.rows > 0 or not body or #body.body <= FEW_ROWS then return end
  local rows = pandoc.List(body.body)
  tbl.foot.rows = pandoc.List({ table.unpack(rows, #rows - LAST_ROWS + 1) })
  body.body = pandoc.List({ table.unpack(rows, 1, #rows - LAST_ROWS) })
end

local function settle_table(tbl)
  take_caption_attributes(tbl)
  settle_widths(tbl)
  name_rows(tbl)
  end_together(tbl)
  if TARGET == "typst" then return keep_typst_caption(tbl) end
  if TARGET ~= "html" then return tbl end
  -- On a narrow screen a table scrolls, with the keyboard too.
  return pandoc.Div({ tbl }, pandoc.Attr("", { "scroll" }, { tabindex = "0" }))
end

return {
  { FloatRefTarget = give_float_attributes_to_its_table },
  { Table = settle_table },
}
