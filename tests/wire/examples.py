"""Holds each example of an OpenAPI 3.1 description against the schema beside it: `examples.py FILE`."""

import json
import sys

from jsonschema import Draft202012Validator

with open(sys.argv[1]) as file:
    description = json.load(file)
components = description["components"]
count, wrong = 0, []


def hold(place, schema, example):
    global count
    count += 1
    whole = {"allOf": [schema], "components": components}
    for error in Draft202012Validator(whole).iter_errors(example):
        wrong.append(f"{place}: {error.message[:200]}")


def contents(place, contents):
    for media_type, content in contents.items():
        for name, example in content.get("examples", {}).items():
            hold(f"{place} {media_type} {name}", content["schema"], example["value"])


def schemas(place, schema):
    if isinstance(schema, dict):
        if "example" in schema and "type" in schema:
            hold(place, {name: part for name, part in schema.items() if name != "example"}, schema["example"])
        for name, part in schema.items():
            if name not in ("example", "examples"):
                schemas(f"{place}/{name}", part)
    elif isinstance(schema, list):
        for at, part in enumerate(schema):
            schemas(f"{place}/{at}", part)


for path, operations in description["paths"].items():
    for method, operation in operations.items():
        contents(f"{method} {path}", operation.get("requestBody", {}).get("content", {}))
        for status, answer in operation["responses"].items():
            contents(f"{method} {path} {status}", answer.get("content", {}))
        for parameter in operation.get("parameters", []):
            if "example" in parameter:
                hold(f"{method} {path} {parameter['name']}", parameter["schema"], parameter["example"])
schemas("components", components["schemas"])

print(count, "examples,", len(wrong), "wrong")
for one in wrong:
    print(one)
sys.exit(1 if wrong else 0)
