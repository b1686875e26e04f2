-- Many customers in turn, one for each line of the file that CUSTOMERS names: a cookie, and behind a tab the form that he
-- sends, if any. GOOD is the status of a good answer. PAUSE_MS: so long a connection rests before it asks.
local requests, threads, n = {}, {}, 0
local expected, pause = tonumber(os.getenv("GOOD")), tonumber(os.getenv("PAUSE_MS"))
if pause > 0 then function delay() return pause end end

function setup(thread) threads[#threads + 1] = thread end

function init()
    good, refused, other = 0, 0, 0
    local origin = "http://" .. wrk.headers["Host"]
    for line in io.lines(os.getenv("CUSTOMERS")) do
        local cookie, form = line:match("^([^\t]*)\t?(.*)$")
        local method, headers = "GET", {}
        if cookie ~= "" then headers["Cookie"] = cookie end
        if form ~= "" then
            method, headers["Origin"] = "POST", origin
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        end
        requests[#requests + 1] = wrk.format(method, nil, headers, form ~= "" and form or nil)
    end
end

function request()
    n = n % #requests + 1
    return requests[n]
end

function response(status)
    if status == expected then good = good + 1
    elseif status == 503 then refused = refused + 1
    else other = other + 1 end
end

function done(summary, latency)
    local g, r, o = 0, 0, 0
    for _, thread in ipairs(threads) do
        g, r, o = g + thread:get("good"), r + thread:get("refused"), o + thread:get("other")
    end
    local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
    io.write(string.format(
        'RESULT {"good":%d,"refused":%d,"other":%d,"broken":%d,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f}\n',
        g, r, o, errors, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
