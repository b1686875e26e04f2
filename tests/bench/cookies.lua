-- Many customers in turn: the cookies are the lines of the file that COOKIES names.
local cookies, threads, n = {}, {}, 0
for line in io.lines(os.getenv("COOKIES")) do cookies[#cookies + 1] = line end
local requests = {}

function setup(thread) threads[#threads + 1] = thread end

function init()
    good, refused, other = 0, 0, 0
    for i, cookie in ipairs(cookies) do requests[i] = wrk.format("GET", nil, { Cookie = cookie }) end
end

function request()
    n = n % #requests + 1
    return requests[n]
end

function response(status)
    if status == 200 then good = good + 1 elseif status == 503 then refused = refused + 1 else other = other + 1 end
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
