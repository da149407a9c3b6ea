# The panel in a container: docker-compose.yml runs it with PostgreSQL. Context: the repository.
FROM ubuntu:26.04 AS build
RUN apt-get update && apt-get install -y --no-install-recommends dotnet-sdk-10.0 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN dotnet publish src/Web -c Release --nologo -v quiet -o /panel

FROM ubuntu:26.04
RUN apt-get update && apt-get install -y --no-install-recommends aspnetcore-runtime-10.0 ca-certificates && rm -rf /var/lib/apt/lists/* \
    && install -d -o 10001 -g 10001 -m 700 /data
COPY --from=build /panel /panel
USER 10001:10001
VOLUME /data
EXPOSE 8443
ENTRYPOINT ["dotnet", "/panel/ClusterPanel.Web.dll"]
