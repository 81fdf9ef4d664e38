# What Python's http.client makes of the server at argv[1].
import hashlib
import http.client
import sys

conn = http.client.HTTPConnection(sys.argv[1], timeout=20)

def ask(method, path, body=None, headers={}, chunked=False):
    conn.request(method, path, body, headers, encode_chunked=chunked)
    return conn.getresponse()

res = ask('GET', '/hello')
print('hello', res.status, res.read(), 'keep' if conn.sock else 'close')
res = ask('GET', '/bytes?n=1000000')
print('large', res.status, len(res.read()))
res = ask('GET', '/bytes?n=1000000&length=1')
print('length', res.status, len(res.read()), res.getheader('content-length'))
print('echo', ask('POST', '/echo', b'posted').read())
res = ask('POST', '/upload', iter([b'x' * 5000, b'y' * 70000]), {'Transfer-Encoding': 'chunked'}, True)
print('chunked', res.read())
print('trailers', ask('GET', '/trailers').read())
res = ask('HEAD', '/hello')
print('head', res.status, res.read())
res = ask('GET', '/status?code=304')
print('not modified', res.status, res.read())
print('expect', ask('POST', '/echo', b'asked', {'Expect': '100-continue'}).read())
try:
    ask('GET', '/cut').read()
except http.client.IncompleteRead as e:
    print('cut', e.partial)
