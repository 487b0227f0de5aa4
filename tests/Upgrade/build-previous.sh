#!/usr/bin/env bash
# Builds the services of the commit in previous-commit under artifacts/previous/COMMIT, unless they are there. Run after
# each build of the tests; what it says goes to artifacts/previous/build.log, which the test shows when they are missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
commit=$(grep -v '^#' tests/Upgrade/previous-commit)
folder=artifacts/previous/$commit
[ -f "$folder/built" ] && exit
rm -rf artifacts/previous
mkdir -p "$folder"
exec >artifacts/previous/build.log 2>&1

# A clone may belong to somebody else, or be shallow.
git() { command git -c safe.directory='*' "$@"; }
git cat-file -e "$commit^{commit}" || git fetch --depth 1 origin "$commit"
git archive "$commit" | tar -x -C "$folder"

# It has been looked at when it was new: only the programs are wanted.
cat >"$folder/services.proj" <<'PROJECT'
<Project DefaultTargets="Build">
  <ItemGroup>
    <Service Include="gateway/*.csproj;waitingroom/Service/*.csproj;checkout/Service/*.csproj" />
  </ItemGroup>
  <Target Name="Restore"><MSBuild Projects="@(Service)" Targets="Restore" /></Target>
  <Target Name="Build"><MSBuild Projects="@(Service)" Targets="Build" BuildInParallel="true" /></Target>
</Project>
PROJECT
dotnet build "$folder/services.proj" -c Release -v q -nologo -nodeReuse:false -p:RunAnalyzers=false \
  -p:EnforceCodeStyleInBuild=false -p:GenerateDocumentationFile=false -p:TreatWarningsAsErrors=false
touch "$folder/built"
