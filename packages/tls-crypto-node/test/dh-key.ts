/** Two X9.42 keys of one group, that of 2048 bits with an order of 256 (RFC 5114 §2.3), and what they agree on: made with OpenSSL 3. */
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
const wrapped = (...parts: Uint8Array[]) => {
  const content = Buffer.concat(parts);
  return new Uint8Array(
    Buffer.concat([Uint8Array.of(0x30, 0x82, content.length >> 8, content.length & 0xff), content]),
  );
};

/** AlgorithmIdentifier with DomainParameters. */
const algorithm = bytes(
  'MIICOQYHKoZIzj4CATCCAiwCggEBAIeo5h20tmY8/7vRnGUZWZmM7vYIZg3Q8l0s7tRDXjsA4A348dYZV9T6999FYbKqMBbD2RE0CW+qO/QpbYMOmnwgngxkl1F6vVqKnTBrz2ftkfnmcltHWMAi4LHvQnW/e2xb/BHUX5CIuUH1TrHlm7i8OaC/EjB/XE/bcMWBsj92tjrK4cqmt5AtUlJnNUiKDvE8bZpRv6SrOtg0d5ZSTY72oWe1pBgl2WfhROUUBWQlHMrLg+a0hvazyj95cVBgJsC4V/aJlihW3tQBCr0L5iHDo5YKVOcQw3XyY3XXAUEDpLVDMMGYrxJhFtInbhFxX2k4d/rX7wnK2wlK6R4aFZcCggEAP7Msm3MTTQsud1BmYO29SEynsY8h7yBUB/R5OhoLoSUQ28FQd75GP/9P7UqsC7VVvjpsGwxrR7G8N3O/foxvYpASKPjCjLsYpVrjE0EACmUBlvkxx3pX8t30Y+Xp7BRLd33mKqq4qGKKw3bSgtbtOGTmeYJCjryDHRQ0j28vkZO1BFrydnFk4d/JZ8H7Py5VpL0b/+g7nIDQUrmF0YLqCtsqO3MT0/4UyEhLHgUliLm30rvS3wFhmezQbhVXzQkVszU7u2Tg7Dd/0Cg3DfkrUseJFCjNxn62GEtSPR2yRsMvYweEkPAO+NZH0UjUeVRRXiMnz++YxYJmS0wPbMQWWQIhAIz4NkKnCaCXtEeZdkASnaKZsaR9HrN1C6MIsP5k9fvT',
);

/** PKCS#8 of the one key. */
export const pkcs8 = wrapped(Uint8Array.of(2, 1, 0), algorithm, bytes('BB8CHQDYSQYwdmb7d0D08vs5B48tTXdpf9QJG51MoQLq'));

/** Its SubjectPublicKeyInfo. */
export const ownSpki = wrapped(
  algorithm,
  bytes(
    'A4IBBQACggEAVuWOvzC+NDtdjWN4XMhrG7yJAvM1qNQcbwnOhUcmLP/EzVhNIKPujHujAnBznAjuV2dj64J4KYZApF5OkLLjAuZC9ngPBDj9LXLkzMG0rxWBUOBNMr2DZHVnnZslJzrEXw2D+saBbOjcI6QSmQ+7cvhHURV6n10XIPpbRhMJ88sDuOdki5sorQ3M8Qf6ecYXeoMzk6l+h+158ySs5VaCNogrm1+IKfOBAkc864oP2YM8rtm3/Z9ToOZyIRQV+C9Zzo/xSUZaQqrwNpIMzQF+LwzH0drj8Rp/ideq1zcvPdn9l/zxhF7RPrfLp4m4qnClN7IJl4aWod/spfUz8SisPQ==',
  ),
);

/** SubjectPublicKeyInfo of the other. */
export const peerSpki = wrapped(
  algorithm,
  bytes(
    'A4IBBQACggEAQnBlVIx55jv+EkWuxKefOY+UF8G+cSoAesT5MvR+6kcZhmvvmgJV3qNjvf7GmUyUAdkAqt7DnDgnlBNvgSBuO6bW89jXdxN78TABMZaToFCRhabaDVg9om8UWlrik0HHrW4FyPLylZdTNKuZYOuB358ncBEgm8HAta+aKVqQYxml/XvqxqYPj0eZZc9RP3U+0d/pXi0WQFT1qI6Y9cycHy+5Znnrz89cw4tiuDQs5dFbLbY+YcxJhvTRpOabW+/RpLgSohMyED/hoVci/86tpWLuNkKnwBpwJClkRiSNzIVFYu2nH9zd8XB4s90tPXaeWscxluMqxbv1AniOjUKzCQ==',
  ),
);

/** SHA-256 of the secret, in hex. */
export const secretDigest = '8c2e2743b83908755d42139a39d08accec62ef369e2ecd91de765a1730e52fb6';
