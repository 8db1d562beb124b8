-- A page of the documented subset goes in; out comes the same page with its conditions decided,
-- figures and tables numbered, and cross-references resolved, as Quarto would have it.
-- Only the embedded engine runs this: Quarto does all of it itself.

-- Own kinds: Pandoc makes every table a figure of kind table, and those are not to be counted.
local KINDS = { fig = "float-fig", tbl = "float-tbl" }
local NBSP = "\u{a0}"
local TARGET = FORMAT:match("^html") and "html" or FORMAT:match("^%a+")

local numbers = {} -- id -> the number a reader sees
local names = {} -- fig, tbl, sec -> their names in the language of the page
local meta = {}

local function kind_of(id)
  local kind = id:match("^(%a+)%-.")
  return names[kind or ""] and kind
end

-- Conditions ---------------------------------------------------------------------------------

local function meta_is_true(path)
  local value = meta
  for key in path:gmatch("[^.]+") do
    if type(value) ~= "table" then return false end
    value = value[key]
  end
  return value == true or (value ~= nil and pandoc.utils.stringify(value) == "true")
end

local function condition_holds(attributes)
  if attributes["when-format"] and attributes["when-format"] ~= TARGET then return false end
  if attributes["unless-format"] and attributes["unless-format"] == TARGET then return false end
  if attributes["when-meta"] and not meta_is_true(attributes["when-meta"]) then return false end
  if attributes["unless-meta"] and meta_is_true(attributes["unless-meta"]) then return false end
  return true
end

local function is_shown(element)
  if element.classes:includes("content-visible") then return condition_holds(element.attributes) end
  if element.classes:includes("content-hidden") then
    return not condition_holds(element.attributes)
  end
  return nil
end

local function decide_div(div)
  local shown = is_shown(div)
  if shown == nil then return nil end
  return shown and div.content or {}
end

local function decide_span(span)
  local shown = is_shown(span)
  if shown == nil then return nil end
  return shown and pandoc.Span(span.content) or {}
end

-- Images -------------------------------------------------------------------------------------

-- The Typst source is compiled from memory, so its paths count from the project folder.
local function path_from_project(source)
  local parts = {}
  local folder = pandoc.utils.stringify(meta["page-folder"] or "")
  for part in (folder .. "/" .. source):gmatch("[^/]+") do
    if part == ".." then
      parts[#parts] = nil
    elseif part ~= "." then
      parts[#parts + 1] = part
    end
  end
  return "/" .. table.concat(parts, "/")
end

local function typst_string(text)
  return '"' .. text:gsub('[\\"]', "\\%0") .. '"'
end

-- Pandoc's Typst writer drops alternative texts, and PDF/UA stops without one.
local function typst_image(image, alternative)
  local width = image.attributes.width and ", width: " .. image.attributes.width or ""
  return pandoc.RawInline("typst", string.format("#box(image(%s, alt: %s%s))",
    typst_string(path_from_project(image.src)), typst_string(alternative), width))
end

local function give_image_its_alternative(image)
  local alternative = image.attributes["fig-alt"] or pandoc.utils.stringify(image.caption)
  if TARGET == "typst" then return typst_image(image, alternative) end
  image.attributes["fig-alt"] = nil
  image.caption = { pandoc.Str(alternative) }
  return image
end

-- Numbering ----------------------------------------------------------------------------------

local function count_sections(blocks)
  local counts = { 0, 0, 0, 0, 0, 0 }
  local function visit(header)
    if header.classes:includes("unnumbered") then return end
    counts[header.level] = counts[header.level] + 1
    for level = header.level + 1, 6 do counts[level] = 0 end
    local parts = {}
    for level = 1, header.level do
      if #parts > 0 or counts[level] > 0 then parts[#parts + 1] = tostring(counts[level]) end
    end
    numbers[header.identifier] = table.concat(parts, ".")
  end
  blocks:walk({ Header = visit })
end

local function count_floats(blocks)
  local counts = { fig = 0, tbl = 0 }
  local function visit(element)
    local kind = kind_of(element.identifier)
    if kind and counts[kind] and not numbers[element.identifier] then
      counts[kind] = counts[kind] + 1
      numbers[element.identifier] = tostring(counts[kind])
    end
  end
  blocks:walk({ traverse = "topdown", Div = visit, Figure = visit, Table = visit })
end

-- Floats: one writer per format, the same arguments -------------------------------------------

local function label_of(id)
  return names[kind_of(id)] .. NBSP .. numbers[id]
end

local function with_label(id, caption)
  local labelled = pandoc.Inlines({ pandoc.Str(label_of(id) .. ":"), pandoc.Space() })
  labelled:extend(caption)
  return labelled
end

local function raw(format, text) return pandoc.RawBlock(format, text) end

local function write_html_float(id, content, caption)
  local kind = kind_of(id)
  local place = kind == "tbl" and "top" or "bottom"
  local caption_id = id .. "-caption"
  local figcaption = {
    raw("html", '<figcaption class="float-caption-' .. place .. '" id="' .. caption_id .. '">'),
    pandoc.Plain(with_label(id, caption)),
    raw("html", "</figcaption>"),
  }
  local body = { raw("html", '<div aria-describedby="' .. caption_id .. '">') }
  for _, block in ipairs(content) do body[#body + 1] = block end
  body[#body + 1] = raw("html", "</div>")
  local blocks = pandoc.Blocks({ raw("html", '<figure class="float-' .. kind .. '">') })
  blocks:extend(place == "top" and figcaption or body)
  blocks:extend(place == "top" and body or figcaption)
  blocks:insert(raw("html", "</figure>"))
  return pandoc.Div(blocks, pandoc.Attr(id, { "float", "float-" .. kind }))
end

local function write_typst_float(id, content, caption)
  local kind = kind_of(id)
  local position = kind == "tbl" and "top" or "bottom"
  local blocks = pandoc.Blocks({ raw("typst", "#figure([") })
  blocks:extend(content)
  blocks:insert(raw("typst", "], caption: figure.caption(position: " .. position .. ", ["))
  blocks:insert(pandoc.Plain(caption))
  blocks:insert(raw("typst", string.format('\n]), kind: "%s", supplement: "%s") <%s>',
    KINDS[kind], names[kind], id)))
  return blocks
end

local function write_docx_float(id, content, caption)
  local labelled = pandoc.Plain(with_label(id, caption))
  local kind = kind_of(id)
  local style = kind == "tbl" and "Table Caption" or "Image Caption"
  local line = pandoc.Div({ labelled }, pandoc.Attr("", {}, { ["custom-style"] = style }))
  local body = pandoc.Div(content, pandoc.Attr("", {}, { ["custom-style"] = "Captioned Figure" }))
  local blocks = pandoc.Blocks({})
  if kind == "tbl" then
    blocks:insert(line)
    blocks:extend(content)
  else
    blocks:insert(body)
    blocks:insert(line)
  end
  return pandoc.Div(blocks, pandoc.Attr(id))
end

local WRITERS = { html = write_html_float, typst = write_typst_float, docx = write_docx_float }

local function write_float(id, content, caption) return WRITERS[TARGET](id, content, caption) end

local function float_of_div(div)
  local kind = kind_of(div.identifier)
  if not KINDS[kind or ""] or div.classes:includes("float") then return nil end
  local content = pandoc.Blocks(div.content)
  local last = content:remove()
  if not last or last.t ~= "Para" then
    error("a float ends with its caption paragraph: " .. div.identifier)
  end
  return write_float(div.identifier, content, last.content)
end

local function float_of_figure(figure)
  if kind_of(figure.identifier) ~= "fig" then return nil end
  local caption = pandoc.utils.blocks_to_inlines(figure.caption.long)
  return write_float(figure.identifier, figure.content, caption)
end

-- The house filter lets tables scroll: the frame stays around the table, the caption outside it.
local function float_of_frame(div)
  local tbl = div.classes:includes("scroll") and #div.content == 1 and div.content[1]
  if not tbl or tbl.t ~= "Table" or kind_of(tbl.identifier) ~= "tbl" then return nil end
  local id, caption = tbl.identifier, pandoc.utils.blocks_to_inlines(tbl.caption.long)
  tbl.identifier = ""
  tbl.caption = { long = {} }
  div.content = { tbl }
  return write_float(id, pandoc.Blocks({ div }), caption), false
end

local function float_of_table(tbl)
  if TARGET == "html" then tbl.classes:insert("caption-top") end
  if kind_of(tbl.identifier) ~= "tbl" then return tbl end
  local id = tbl.identifier
  local caption = pandoc.utils.blocks_to_inlines(tbl.caption.long)
  tbl.identifier = ""
  tbl.caption = { long = {} }
  return write_float(id, pandoc.Blocks({ tbl }), caption)
end

-- Cross-references ---------------------------------------------------------------------------

local function refer(cite)
  local citation = cite.citations[1]
  local kind = kind_of(citation.id)
  if not kind then return nil end
  if #cite.citations > 1 or not numbers[citation.id] then
    error("cross-reference cannot be resolved: @" .. citation.id)
  end
  local bare = citation.mode == "SuppressAuthor"
  if TARGET == "typst" then
    local supplement = bare and "none" or "[" .. names[kind] .. "]"
    return pandoc.RawInline("typst",
      "#ref(<" .. citation.id .. ">, supplement: " .. supplement .. ")")
  end
  local text = bare and numbers[citation.id] or names[kind] .. NBSP .. numbers[citation.id]
  return pandoc.Link(text, "#" .. citation.id, "", pandoc.Attr("", { "xref" }))
end

-- Typst's outline starts at level 1: pages with only deeper headings move up, as in Quarto.
local function lift_headings(blocks)
  if TARGET ~= "typst" then return blocks end
  local top = 6
  blocks:walk({ Header = function(header) top = math.min(top, header.level) end })
  if top < 2 then return blocks end
  return blocks:walk({
    Header = function(header)
      header.level = header.level - 1
      return header
    end,
  })
end

function Pandoc(document)
  meta = document.meta
  for kind, name in pairs(meta["float-names"]) do names[kind] = pandoc.utils.stringify(name) end
  local blocks = document.blocks:walk({ Div = decide_div, Span = decide_span })
  count_sections(blocks)
  count_floats(blocks)
  blocks = blocks:walk({ Image = give_image_its_alternative, Cite = refer })
  blocks = blocks:walk({ traverse = "topdown", Div = float_of_frame })
  blocks = blocks:walk({ Div = float_of_div, Figure = float_of_figure, Table = float_of_table })
  document.blocks = lift_headings(blocks)
  return document
end
