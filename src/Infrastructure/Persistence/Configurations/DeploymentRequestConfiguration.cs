using ClusterPanel.Core.Deployments;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ClusterPanel.Infrastructure.Persistence.Configurations;

internal sealed class DeploymentRequestConfiguration : IEntityTypeConfiguration<DeploymentRequest>
{
    public void Configure(EntityTypeBuilder<DeploymentRequest> builder)
    {
        builder.Property(r => r.Id).ValueGeneratedOnAdd();
        builder.HasIndex(r => r.DeploymentId);
        builder.HasOne<Deployment>().WithMany().HasForeignKey(r => r.DeploymentId).OnDelete(DeleteBehavior.Cascade);
    }
}
