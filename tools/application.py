"""`make docs` writes what the Serverless Application Repository shows of an application into the template.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-template-publishing-applications-metadata-properties.html
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from ballast import __version__

AUTHOR = "ballast-ecs"
REPOSITORY = "https://github.com/ballast-ecs/ballast"
LABELS = ("ecs", "ec2", "spot", "draining", "autoscaling", "bottlerocket")


def application(root: Path) -> str:
    """As the project says of itself; paths are from the template."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"""AWS::ServerlessRepo::Application:
  Name: ballast
  Description: {json.dumps(project["description"])}
  Author: {AUTHOR}
  SpdxLicenseId: {project["license"]}
  LicenseUrl: {project["license-files"][0]}
  ReadmeUrl: {project["readme"]}
  Labels: [{", ".join(LABELS)}]
  HomePageUrl: {REPOSITORY}
  SourceCodeUrl: {REPOSITORY}
  SemanticVersion: {__version__}
"""
