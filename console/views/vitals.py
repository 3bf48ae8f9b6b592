"""What machines ask the console: does it live, is it ready, how is the installation."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from console.guard import from_machine
from console.metrics import Installation
from services.office.vitals import judged, worst

router = APIRouter()


@router.get("/healthz/live", name="alive")
def alive() -> JSONResponse:
    """Whether the process answers at all; it asks nobody else."""
    return JSONResponse({"status": "ok"})


@router.get("/healthz", name="health")
def health(request: Request) -> JSONResponse:
    """Whether the console can do its work: 200 or 503. Who may read the figures is told how everything is."""
    installation: Installation = request.app.state.installation
    seen = installation.vitals()
    said: dict[str, object] = {"status": "ok" if seen.ready else "unready"}
    if from_machine(request):
        vitals = judged(seen)
        said["health"] = worst(vitals).value
        said["at"] = seen.at.isoformat(timespec="seconds")
        said["checks"] = [
            {"subject": one.subject, "health": one.health.value, "words": one.words}
            | (dict([one.number]) if one.number else {})
            for one in vitals
        ]
    return JSONResponse(said, 200 if seen.ready else 503)


@router.get("/metrics", name="metrics")
def metrics(request: Request) -> Response:
    """The figures in the form that Prometheus reads."""
    return Response(generate_latest(request.app.state.registry), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})
