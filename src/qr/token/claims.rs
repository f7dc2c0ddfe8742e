//! The claims of a token as deterministic CBOR: every key in its one place, and none that is not known.

use ciborium::Value;

use super::{StatusReference, Token, TokenError, TokenValue};
use crate::clock::Instant;

// RFC 8392 §4, draft-ietf-oauth-status-list §6.3 and our own, in the order of their encodings (RFC 8949 §4.2.1).
const ISSUER: i64 = 1;
const EXPIRES: i64 = 4;
const NOT_BEFORE: i64 = 5;
const NUMBER: i64 = 7;
const STATUS: i64 = 65_535;
const KIND: i64 = -70_001;
const FACTS: i64 = -70_002;
const DEMONSTRATION: i64 = -70_003;

/// The one encoding of a token's claims.
pub(super) fn encode(token: &Token) -> Result<Vec<u8>, TokenError> {
    let mut claims = vec![(Value::from(ISSUER), Value::from(token.issuer.as_str()))];
    if let Some(expires) = token.expires {
        claims.push((EXPIRES.into(), expires.seconds().into()));
    }
    claims.push((NOT_BEFORE.into(), token.not_before.seconds().into()));
    claims.push((NUMBER.into(), Value::Bytes(token.number.as_bytes().to_vec())));
    let place = vec![
        (Value::from("idx"), Value::from(token.status_list.index)),
        (Value::from("uri"), Value::from(token.status_list.uri.as_str())),
    ];
    claims.push((STATUS.into(), Value::Map(vec![(Value::from("status_list"), Value::Map(place))])));
    claims.push((KIND.into(), token.kind.as_str().into()));
    claims.push((FACTS.into(), Value::Map(facts(token)?)));
    if token.demonstration {
        claims.push((DEMONSTRATION.into(), true.into()));
    }
    let mut bytes = Vec::new();
    ciborium::into_writer(&Value::Map(claims), &mut bytes).map_err(|_| TokenError::Malformed)?;
    Ok(bytes)
}

/// The facts in the order of their keys' encodings: the shorter text first, then by its bytes.
fn facts(token: &Token) -> Result<Vec<(Value, Value)>, TokenError> {
    let mut facts: Vec<&(String, TokenValue)> = token.facts.iter().collect();
    facts.sort_by_key(|(code, _)| (code.len(), code.as_str()));
    if facts.windows(2).any(|pair| matches!(pair, [first, second] if first.0 == second.0)) {
        return Err(TokenError::RepeatedFact);
    }
    let value = |value: &TokenValue| match value {
        TokenValue::Text(text) => Value::from(text.as_str()),
        TokenValue::Integer(integer) => Value::from(*integer),
    };
    Ok(facts.into_iter().map(|(code, fact)| (Value::from(code.as_str()), value(fact))).collect())
}

/// What the claims say; none when one is missing, of another form or unknown. The caller compares the encoding.
pub(super) fn decode(bytes: &[u8]) -> Option<Token> {
    let mut rest = bytes;
    let Value::Map(claims) = ciborium::from_reader(&mut rest).ok()? else { return None };
    let known = [ISSUER, EXPIRES, NOT_BEFORE, NUMBER, STATUS, KIND, FACTS, DEMONSTRATION];
    if !rest.is_empty() || !claims.iter().all(|(key, _)| known.iter().any(|&known| *key == Value::from(known))) {
        return None;
    }
    let claim = |name: i64| claims.iter().find(|(key, _)| *key == Value::from(name)).map(|(_, value)| value);
    Some(Token {
        issuer: text(claim(ISSUER)?)?,
        expires: claim(EXPIRES).map(instant).map_or(Some(None), |expires| expires.map(Some))?,
        not_before: instant(claim(NOT_BEFORE)?)?,
        number: String::from_utf8(claim(NUMBER)?.as_bytes()?.clone()).ok()?,
        status_list: status_list(claim(STATUS)?)?,
        kind: text(claim(KIND)?)?,
        facts: claim(FACTS)?.as_map()?.iter().map(fact).collect::<Option<_>>()?,
        demonstration: claim(DEMONSTRATION).is_some(),
    })
}

fn status_list(value: &Value) -> Option<StatusReference> {
    let [(_, place)] = value.as_map()?.as_slice() else { return None };
    let [(_, index), (_, uri)] = place.as_map()?.as_slice() else { return None };
    Some(StatusReference { index: index.as_integer()?.try_into().ok()?, uri: text(uri)? })
}

fn fact((code, value): &(Value, Value)) -> Option<(String, TokenValue)> {
    let value = match value {
        Value::Text(text) => TokenValue::Text(text.clone()),
        Value::Integer(integer) => TokenValue::Integer((*integer).try_into().ok()?),
        _ => return None,
    };
    Some((text(code)?, value))
}

fn text(value: &Value) -> Option<String> {
    value.as_text().map(str::to_owned)
}

fn instant(value: &Value) -> Option<Instant> {
    let seconds: i64 = value.as_integer()?.try_into().ok()?;
    Some(Instant::from_millis(seconds.checked_mul(1000)?))
}
