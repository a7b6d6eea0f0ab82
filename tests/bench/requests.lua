-- wrk's requests: wrk -s requests.lua URL -- OPERATION FILE SEED
-- FILE holds lines NAME=VALUE, see measure.mjs. One thread only.
local settings = {}
local make

local function read_settings(path)
   for line in io.lines(path) do
      local name, value = line:match("^([%w_]+)=(.*)$")
      if name then settings[name] = tonumber(value) or value end
   end
end

-- The id of complaint number i, as load.sql makes it.
local function id_of(i)
   local ms = settings.base + i * settings.step
   return string.format("0%x-%04x-7000-8000-000000000000", math.floor(ms / 65536), ms % 65536)
end

local function key()
   return string.format("%016.0f-0000-4000-8000-bench", math.random(1e15, 9e15))
end

-- A request is put together from what is the same in all and what differs: wrk.format() builds every
-- header anew, time that the load generator would take from what it measures. "@" marks the places.
local function template(method, path, body)
   local parts = {}
   for part in (wrk.format(method, path, nil, body) .. "@"):gmatch("([^@]*)@") do
      parts[#parts + 1] = part
   end
   return parts
end

local parts, advance_parts

local function get()
   return parts[1] .. id_of(math.random(0, settings.rows - 1)) .. parts[2]
end

local function list()
   local from = settings.list_from + math.random(0, settings.list_span - 1)
   return parts[1] .. os.date("!%Y-%m-%dT%H:%M:%SZ", from) .. parts[2]
end

-- A character between U+1000 and U+FFFF, percent-encoded.
local function character(code)
   return string.format("%%%02X%%%02X%%%02X", 224 + math.floor(code / 4096),
      128 + math.floor(code / 64) % 64, 128 + code % 64)
end

-- A word that 50 complaints have, as load.sql makes it.
local function search()
   local k = math.random(0, settings.words - 1)
   return parts[1] .. character(20480 + math.floor(k / 200)) .. character(24576 + k % 200) .. parts[2]
end

local function create()
   return parts[1] .. key() .. parts[2]
end

-- Complaints of the pool, each once, in scattered order; even ones are agent1's, odd ones agent2's.
local advanced = 0

local function advance()
   local i = settings.pool_from + (advanced * settings.stride) % settings.pool
   local parts = advance_parts[1 + i % 2]
   advanced = advanced + 1
   return parts[1] .. id_of(i) .. parts[2] .. key() .. parts[3]
end

local function read_all(path)
   local file = assert(io.open(path))
   local text = file:read("*a")
   file:close()
   return text
end

-- By operation.
local prepare = {
   get = function() make, parts = get, template("GET", "/v1/complaints/@") end,
   list = function() make, parts = list, template("GET", "/v1/complaints?overdue=true&due_from=@") end,
   search = function() make, parts = search, template("GET", "/v1/complaints?q=@") end,
   create = function()
      wrk.headers["Idempotency-Key"] = "@"
      make, parts = create, template("POST", "/v1/complaints", read_all(settings.create_body))
   end,
   advance = function()
      wrk.headers["Idempotency-Key"], wrk.headers["If-Match"] = "@", '"1"'
      make, advance_parts = advance, {}
      for agent = 1, 2 do
         wrk.headers["Authorization"] = "Bearer " .. settings["token" .. agent]
         advance_parts[agent] = template("POST", "/v1/complaints/@/advance", settings["advance_body" .. agent])
      end
   end,
}

function init(args)
   local operation = args[1]
   read_settings(args[2])
   math.randomseed(tonumber(args[3]))
   local reads = operation == "get" or operation == "list" or operation == "search"
   wrk.headers["Authorization"] = "Bearer " .. (reads and settings.token or settings.token1)
   if not reads then wrk.headers["Content-Type"] = "application/json" end
   prepare[operation]()
end

function request()
   return make()
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format(
      'JSON {"requests":%d,"seconds":%.6f,"bytes":%d,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.3f,"refused":%d,"broken":%d}\n',
      summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1e3,
      latency:percentile(99) / 1e3, latency.max / 1e3, errors.status,
      errors.connect + errors.read + errors.write + errors.timeout))
end
