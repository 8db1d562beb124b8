-- A page goes in; it comes out with what both engines lack: spoken formulas for PDF/UA, notices
-- and tabs in every format, a title page in Word, a heading above the sources, and the current
-- page marked in the navigation. Tables follow in `tables.lua`.
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

-- Pandoc's Word writer knows an author and a date; the licence stands below the date.
local function fill_title_page(meta)
  if TARGET ~= "docx" or not meta["title-page"] then return end
  if text_of(meta.publisher) ~= "" then meta.author = { meta.publisher } end
  local lines = pandoc.Inlines({})
  for _, key in ipairs({ "date-text", "licence" }) do
    if text_of(meta[key]) ~= "" then
      if #lines > 0 then lines:insert(pandoc.LineBreak()) end
      lines:extend(meta[key])
    end
  end
  if #lines > 0 then meta.date = lines end
end

local function read_meta(meta)
  for key, value in pairs(meta["spoken-formulas"] or {}) do spoken[key] = text_of(value) end
  mark_current_page(meta)
  fill_title_page(meta)
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
    local blocks = typst_box(div.content, "below: 1.6em, breakable: false")
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

local NOTE_LETTERS, NOTE_LINE, NOTE_GAP = 105, 11, 16 -- letters a line; points

-- What the notes in `div` take at most, in points: their height is known only once they are set.
local function height_of_notes(div)
  local lines = 0
  for _, note in ipairs(div.content) do
    lines = lines + math.ceil(utf8.len(text_of(note)) / NOTE_LETTERS)
  end
  return lines * NOTE_LINE + NOTE_GAP
end

-- Typst lets no block go along with the one before it: on each page of a table, room is kept
-- beneath it for the notes, which go there. A drawing that waits for the next page comes first: else
-- it would stand between two parts of the table.
local function keep_notes(blocks)
  local kept = pandoc.Blocks({})
  for index, block in ipairs(blocks) do
    local notes = blocks[index + 1]
    if notes and notes.t == "Div" and notes.classes:includes("table-notes") and holds_table(block) then
      local height = height_of_notes(notes)
      kept:insert(pandoc.RawBlock("typst", "#place.flush()"))
      kept:extend(typst_box({ block }, string.format("inset: (bottom: %dpt)", height)))
      kept:insert(pandoc.RawBlock("typst", string.format("#v(-%dpt)", height)))
    else
      kept:insert(block)
    end
  end
  return kept
end

-- A heading stays with what follows it: so that a page does not end in a heading and a hint, or in
-- the words before a formula, these go along too.
local function keep_leads(blocks)
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
  return TARGET == "typst" and keep_notes(kept) or kept
end

-- Headings stand in the document and in its Divs: what else holds blocks, such as the cells of
-- tables, need not be looked at.
local function keep_leads_within(blocks)
  for _, block in ipairs(blocks) do
    if block.t == "Div" then block.content = keep_leads_within(block.content) end
  end
  return keep_leads(blocks)
end

local function settle_document(document)
  if TARGET ~= "html" then document.blocks = keep_leads_within(document.blocks) end
  return document
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
  { Pandoc = settle_document },
  { traverse = "topdown", Span = formula_with_own_words, Math = formula },
  { Div = style_div, Image = give_word_its_alternative,
    Str = TARGET == "typst" and keep_curled or nil },
}
